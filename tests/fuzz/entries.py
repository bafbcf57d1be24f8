"""All entries, by name."""

from tests.fuzz import card_entries, directive_entries, face_entries, gateway_entries, id_entries, printer_entries

ENTRIES = {
    entry.name: entry
    for entry in (
        *id_entries.ENTRIES,
        *card_entries.ENTRIES,
        *face_entries.ENTRIES,
        *printer_entries.ENTRIES,
        *gateway_entries.ENTRIES,
        *directive_entries.ENTRIES,
    )
}
