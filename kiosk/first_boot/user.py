"""As whom the steps are taken: root writes the settings, the kiosk's user owns what the kiosk keeps."""

import os
import pwd
from pathlib import Path

_ROOT = 0


def become_owner_of(directory: Path) -> None:
    """From now on be the user to whom ``directory`` belongs, for good; only root can, and only where it is not root's.

    So that no key is made which the service cannot read, and nothing of the rest is done with root's rights.
    """
    if os.geteuid() != _ROOT or not directory.exists():
        return
    owner = directory.stat()
    if owner.st_uid == _ROOT:
        return
    try:
        os.initgroups(pwd.getpwuid(owner.st_uid).pw_name, owner.st_gid)
    except KeyError:  # a number without a name
        os.setgroups([owner.st_gid])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    os.environ["HOME"] = str(directory)
