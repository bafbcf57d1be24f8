"""Pieces that mean something to one reader or another; chance alone would seldom write them."""

TOKENS = (
    *(b"\xaa\xaa\xaa\x96\x69", b"\x05\x08", b"\x09\x0a", b"\x00\x04\x00\x00\x90", b"\x01\x00\x04\x00"),  # SAM_V, texts
    *(
        b"\x00\xd8",
        b"\xb7\xdf",
        b"\x00\x30",
        b"\x00\x00",
        b"\xff\xff",
        b"I\0",
        b"Y\0",
        b"J\0",
        b"X\0",
        b"9\0",
    ),  # its texts
    *("长期".encode("utf-16-le"), "20260229".encode("utf-16-le"), "99991231".encode("utf-16-le")),
    *(
        b"\x61\x08",
        b"\x61\x00",
        b"\x6c\x08",
        b"\x6c\x00",
        b"\x63\xc0",
        b"\x63\xc3",
        b"\x69\x82",
        b"\x69\x83",
    ),  # cards
    *(b"\x6a\x80", b"\x6a\x82", b"\x6a\x83", b"\x6a\x88", b"\x90\x00", b"\x9f\x0c", b"\x86\x01", b"\x6f", b"\xa5"),
    *(b"\x84\xff\xff\xff\xff", b"\x81\x80", b"\x1f\x81", b"\xfe\x30", b"\x81\x30\x81\x30"),
    *(
        b"Infinity",
        b"-Infinity",
        b"NaN",
        b"1e999",
        b"null",
        b"true",
        b"[]",
        b"{}",
        b"-1",
        b"0.5",
        b'""',
        b"[[[[",
    ),  # JSON
    *(b'"\\ud800"', b"\\u0000", b"9999-12-31T23:59:59-12:00", b"0001-01-01T00:00:00+14:00", b"0000-00", b"9999-12"),
    *(b".", b"..", b"e30", b"eyJhbGciOiJub25lIn0", b"="),  # QR codes, then pictures and the printer
    *(
        b"BM",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF",
        b"\xff\xff\xff\x7f",
        b"\x12",
        b"\x37\x22",
    ),  # pictures, printer
)
