"""The visit of the demo: an activation, proved by the face."""

from simulator.citizen import Step
from simulator.people import BY_KEY

CITIZEN = BY_KEY["zhang_ling"]

STEPS = (
    Step("Invitation", "touches the start screen", ("start",), settles=2.5),
    Step("ChooseMatter", "chooses the activation of the card", ("activation",)),
    Step("PresentDocument", "puts her card in", act=lambda hall: hall.insert_card(CITIZEN.key)),
    Step("Consent", "agrees to the face check", ("agree",)),
    Step("LookAtCamera", "stands before the camera", act=lambda hall: hall.stand(CITIZEN.key), watched=60.0),
    Step("Confirm", "reads the summary and confirms", ("confirm",)),
    Step("ShowResult", "reads the result and is done", ("finish",)),
    Step("Working", "takes her card", act=lambda hall: hall.pull_card()),
    Step("Invitation", "takes the slip and goes", act=lambda hall: hall.stand(None)),
)
