"""The kiosk's settings: layers of TOML files over the documented defaults, single values from the environment.

A wrong file is refused before anything starts, with its name, the line, the key and what is allowed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import environment, settings_faults
from config.layers import DEFAULTS, LayerName, Reading, merged, read
from config.services import ServiceName
from config.setting_fault import Rule, RuleBrokenError, SettingFault
from config.suites import AVAILABLE, SuiteName
from config.table import Table
from config.upkeep import FleetSettings, HousekeepingSettings, MetricsSettings

EXCHANGE_SECONDS = 20.0  # after which a request to the gateway is given up as a whole: nothing in it can wait longer

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PLUG_IN = r"^([a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*:[A-Za-z_]\w*)?$"  # "package.module:name", or nothing


class ConfigurationError(Exception):
    """The configuration cannot be used; the message says where, what, and what is allowed, a line for each fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Hall(Table):
    """The hall this kiosk stands in."""

    name: str = Field(min_length=1, max_length=30)
    address: str = ""
    kiosk: str = Field(pattern=r"^[0-9]{2}$")
    receipt_prefix: str = Field(pattern=r"^[A-Z]{2}[0-9]{2}$")


class Screen(Table):
    """The touch screen. Sizes in pixels, times in seconds."""

    width: int = Field(ge=320, le=7680)
    height: int = Field(ge=320, le=7680)
    fullscreen: bool
    language: Literal["zh_CN", "en"]
    theme: Literal["standard", "elders", "contrast"]
    cursor: bool
    idle_seconds: int = Field(ge=20, le=600)
    visit_minutes: int = Field(ge=3, le=120)
    rest_minutes: int = Field(ge=0, le=240)
    brightness: dict[str, Annotated[int, Field(ge=10, le=100)]]  # "HH:MM" to per cent, from then on
    backlight: str
    touch_device: str
    touch_file: str

    @field_validator("brightness")
    @classmethod
    def _times_ascend(cls, value: dict[str, int]) -> dict[str, int]:
        for moment in value:
            if not _TIME.fullmatch(moment):
                said = f'screen.brightness: "{moment}" is no time; should be like "07:30"'
                raise RuleBrokenError(Rule.BRIGHTNESS_TIME, said, time=moment)
        if list(value) != sorted(value):
            said = "screen.brightness: the times must ascend, the earliest of the day first"
            raise RuleBrokenError(Rule.BRIGHTNESS_ORDER, said)
        return value


class CardReaderSettings(Table):
    """The PC/SC card reader."""

    name: str
    psam: str


class IdScannerSettings(Table):
    """The SAM_V reader on a serial line."""

    port: str = Field(min_length=1)
    baud_rate: Literal[115200, 57600, 38400, 19200, 9600]


class CameraSettings(Table):
    """The camera."""

    source: str = Field(min_length=1)


class FaceSettings(Table):
    """The face check: similarity is a cosine, see docs/face.md."""

    model: Literal["sface", "dlib"]
    model_file: str
    model_sha256: str = Field(pattern=r"^([0-9a-f]{64})?$")
    same: float = Field(ge=0, le=1)
    unsure: float = Field(ge=0, le=1)
    pictures: int = Field(ge=1, le=9)
    seconds: float = Field(ge=5, le=120)
    tries: int = Field(ge=1, le=9)
    gestures: int = Field(ge=0, le=3)
    gesture_seconds: float = Field(ge=5, le=60)
    consent_version: str = Field(min_length=1)
    verifier: str = Field(pattern=_PLUG_IN)
    chip_photo_decoder: str = Field(pattern=_PLUG_IN)
    chip_photo_library: str

    @model_validator(mode="after")
    def _own_file_has_its_hash(self) -> Self:
        if bool(self.model_file) != bool(self.model_sha256):
            raise RuleBrokenError(Rule.FACE_FILE_AND_HASH, "face.model_file and face.model_sha256 belong together")
        return self

    @model_validator(mode="after")
    def _zones_in_order(self) -> Self:
        if self.unsure > self.same:
            raise RuleBrokenError(Rule.FACE_ZONES, "face.unsure must not be above face.same")
        return self


class PrinterSettings(Table):
    """The slip printer."""

    connection: Literal["network", "serial", "usb", "file"]
    host: str
    port: int = Field(ge=1, le=65535)
    device: str
    baud_rate: Literal[9600, 19200, 38400, 57600, 115200]
    vendor_id: int = Field(ge=0, le=0xFFFF)
    product_id: int = Field(ge=0, le=0xFFFF)
    width_dots: Literal[384, 512, 576]
    cutter: bool
    roll_metres: int = Field(ge=5, le=500)
    completion: Literal["status", "process_id"]

    @model_validator(mode="after")
    def _connection_complete(self) -> Self:
        if self.connection in {"serial", "file"} and not self.device:
            said = f'printer.device must be set when printer.connection is "{self.connection}"'
            raise RuleBrokenError(Rule.PRINTER_DEVICE, said, connection=self.connection)
        if self.connection == "network" and not self.host:
            raise RuleBrokenError(Rule.PRINTER_HOST, 'printer.host must be set when printer.connection is "network"')
        return self


def _is_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RuleBrokenError(Rule.URL, 'should be like "https://gateway.hall.example"')
    return value.rstrip("/")


class GatewayEndpoint(Table):
    """The hall's gateway. Times in seconds."""

    url: Annotated[str, AfterValidator(_is_url)]
    ca_file: str
    client_certificate: str
    client_key: str
    connect_seconds: float = Field(gt=0, le=EXCHANGE_SECONDS)
    read_seconds: float = Field(gt=0, le=EXCHANGE_SECONDS)
    patience_seconds: float = Field(gt=0, le=60)

    @property
    def on_loopback(self) -> bool:
        """True if the gateway runs on this machine."""
        return urlsplit(self.url).hostname in _LOOPBACK


class QueueSettings(Table):
    """The offline queue."""

    expires_after_hours: int = Field(ge=1, le=720)
    in_flight: int = Field(ge=1, le=16)
    most_waiting: int = Field(ge=10, le=100_000)
    longest_wait_hours: int = Field(ge=1, le=720)
    most_megabytes: int = Field(ge=16, le=65_536)
    warn_percent: int = Field(ge=10, le=100)
    keep_days: int = Field(ge=1, le=3650)

    @model_validator(mode="after")
    def _closed_before_anything_expires(self) -> Self:
        if self.longest_wait_hours > self.expires_after_hours:
            raise RuleBrokenError(
                Rule.QUEUE_AGE, "queue.longest_wait_hours must not be above queue.expires_after_hours"
            )
        return self


class MattersSettings(Table):
    """What this hall does otherwise than the matters' files say. Names are those of the services."""

    enable: tuple[ServiceName, ...]
    disable: tuple[ServiceName, ...]
    loss_days: int = Field(ge=1, le=30)
    youngest: int = Field(ge=0, le=18)
    identity: dict[ServiceName, Literal["document", "in_person", "face_or_staff"]]

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if both := set(self.enable) & set(self.disable):
            names = ", ".join(sorted(both))
            raise RuleBrokenError(
                Rule.MATTERS_BOTH, f"matters.enable and matters.disable both name {names}", names=names
            )
        return self


class VoiceSettings(Table):
    """Prompts read aloud. ``player`` plays a WAV file from its standard input."""

    enabled: bool
    at_start: bool
    volume: int = Field(ge=0, le=100)
    player: tuple[str, ...] = Field(min_length=1)
    clips_directory: str


class SoundSettings(Table):
    """Chimes; they are played by the player of ``voice``, whether anything is read aloud or not."""

    enabled: bool
    volume: int = Field(ge=0, le=100)


class StaffSettings(Table):
    """The staff's own pages. Times in seconds."""

    logout_seconds: int = Field(ge=30, le=1800)
    stick_directory: str
    handbook_url: str


class SecuritySettings(Table):
    """How this kiosk signs and seals."""

    suite: SuiteName

    @field_validator("suite")
    @classmethod
    def _is_there(cls, value: SuiteName) -> SuiteName:
        if value not in AVAILABLE:
            allowed = ", ".join(f'"{name}"' for name in AVAILABLE)
            said = f'"{value}" is not in this version (docs/decisions/0021); should be {allowed}'
            raise RuleBrokenError(Rule.SUITE, said, allowed=allowed)
        return value


class LogSettings(Table):
    """The log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """All settings of one kiosk."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="KIOSK_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    mode: Literal["production", "trial"]
    data_directory: Path
    fonts_directory: Path
    hall: Hall
    screen: Screen
    card_reader: CardReaderSettings
    id_scanner: IdScannerSettings
    camera: CameraSettings
    face: FaceSettings
    printer: PrinterSettings
    gateway: GatewayEndpoint
    queue: QueueSettings
    matters: MattersSettings
    voice: VoiceSettings
    sound: SoundSettings
    fleet: FleetSettings
    metrics: MetricsSettings
    housekeeping: HousekeepingSettings
    staff: StaffSettings
    security: SecuritySettings
    log: LogSettings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library calls this by these names
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above; not a source of ours
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above; not a source of ours
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above the file."""
        return env_settings, init_settings

    @property
    def fonts(self) -> Path:
        """Where the prepared fonts are."""
        return DEFAULTS.parent.parent / self.fonts_directory

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        for plug_in in ("verifier", "chip_photo_decoder"):
            if self.mode == "production" and getattr(self.face, plug_in).startswith(("simulator.", "tests.")):
                raise RuleBrokenError(Rule.SIMULATED, f'face.{plug_in} must not be simulated when mode is "production"')
        if self.mode == "production" and not self.gateway.url.startswith("https://"):
            raise RuleBrokenError(Rule.URL_HTTPS, 'gateway.url must begin with https:// when mode is "production"')
        for name in ("ca_file", "client_certificate", "client_key"):
            if self.mode == "production" and not getattr(self.gateway, name):
                raise RuleBrokenError(Rule.LINE_FILE, f'gateway.{name} must be named when mode is "production"')
        if bool(self.gateway.client_certificate) != bool(self.gateway.client_key):
            said = "gateway.client_certificate and gateway.client_key belong together"
            raise RuleBrokenError(Rule.LINE_FILES_TOGETHER, said)
        if not self.gateway.url.startswith("https://") and not self.gateway.on_loopback:
            raise RuleBrokenError(Rule.URL_LOOPBACK, "gateway.url may be http:// only on this machine (127.0.0.1)")
        return self


class _FilesOnly(Settings):
    """The same without the environment, which would hide what is wrong in a file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library calls this by these names
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load(file: Path | None = None) -> Settings:
    """The settings in force: ``file`` (or what KIOSK_CONFIG names), a file or a directory of layers, over the defaults.

    Raises:
        ConfigurationError: a file is missing, is not TOML, or holds a key or value that is not allowed.
    """
    return validated(read(file))


def validated(reading: Reading) -> Settings:
    """The settings that these layers and the environment make.

    Raises:
        ConfigurationError: a line for each fault of any of them, also of values that a higher layer replaces.
    """
    faults: list[SettingFault] = [
        *reading.faults,
        *settings_faults.not_at_the_kiosk(reading.layers),
        *_faults_of_each(reading),
    ]
    if not reading.faults:
        try:
            env = environment.values(Settings)
        except RuleBrokenError as error:
            raise ConfigurationError(*faults, SettingFault.of(error.rule, str(error))) from None
        try:
            settings = Settings(**merged(reading.layers))
        except ValidationError as error:
            faults += settings_faults.of_all(Settings, error, reading.layers, env)
    if faults:
        raise ConfigurationError(*dict.fromkeys(faults))
    return settings


def _faults_of_each(reading: Reading) -> Iterator[SettingFault]:
    """Of every layer by itself over the defaults."""
    defaults = next(layer for layer in reading.layers if layer.name is LayerName.DEFAULTS)
    for layer in reading.layers[1:]:
        try:
            _FilesOnly(**merged((defaults, layer)))
        except ValidationError as error:
            yield from settings_faults.of_layer(Settings, error, layer)
