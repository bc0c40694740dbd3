"""The icons offered for badges: a selection of Lucide, read from the installed package."""

import zipfile
from functools import cache
from importlib.resources import as_file, files
from xml.etree import ElementTree

ICON_GROUPS: dict[str, dict[str, str]] = {
    "Reading and language": {
        "book-open": "Open book",
        "library-big": "Library shelf",
        "languages": "Languages",
        "speech": "Speaking",
        "messages-square": "Discussion",
        "feather": "Quill",
        "pencil": "Pencil",
        "notebook-pen": "Notebook",
        "quote": "Quotation",
        "newspaper": "Newspaper",
    },
    "Teaching and classroom": {
        "presentation": "Presentation",
        "apple": "Apple",
        "school": "School",
        "graduation-cap": "Graduation cap",
        "backpack": "Backpack",
        "puzzle": "Puzzle piece",
        "blocks": "Building blocks",
        "lightbulb": "Light bulb",
        "drama": "Drama masks",
        "music": "Music",
        "palette": "Paint palette",
    },
    "Assessment and data": {
        "clipboard-check": "Checklist",
        "list-checks": "Rubric",
        "chart-column-increasing": "Growth chart",
        "chart-pie": "Pie chart",
        "target": "Target",
        "gauge": "Gauge",
        "scale": "Scales",
        "search-check": "Close look",
        "ruler": "Ruler",
        "calculator": "Calculator",
    },
    "Computing and AI": {
        "laptop": "Laptop",
        "code": "Code",
        "cpu": "Processor",
        "bot": "Robot",
        "brain-circuit": "Thinking machine",
        "network": "Network",
        "binary": "Binary",
        "sparkles": "Sparkles",
        "gamepad-2": "Game",
        "qr-code": "QR code",
    },
    "Digital citizenship and access": {
        "shield-check": "Safety shield",
        "lock-keyhole": "Lock",
        "fingerprint-pattern": "Fingerprint",
        "eye": "Eye",
        "ear": "Ear",
        "accessibility": "Accessibility",
        "captions": "Captions",
        "megaphone": "Megaphone",
        "globe": "Globe",
    },
    "People and leadership": {
        "users-round": "People",
        "handshake": "Handshake",
        "heart-handshake": "Care",
        "hand-heart": "Giving hand",
        "compass": "Compass",
        "map": "Map",
        "flag": "Flag",
        "mountain": "Mountain",
        "footprints": "Footprints",
        "trophy": "Trophy",
        "key-round": "Key",
        "landmark": "Civic building",
        "briefcase-business": "Briefcase",
    },
    "Science and the living world": {
        "sprout": "Sprout",
        "leaf": "Leaf",
        "tree-pine": "Pine tree",
        "sun": "Sun",
        "bird": "Bird",
        "microscope": "Microscope",
        "flask-conical": "Flask",
        "atom": "Atom",
        "telescope": "Telescope",
        "rocket": "Rocket",
        "earth": "Earth",
    },
}

ICONS = {name: label for group in ICON_GROUPS.values() for name, label in group.items()}

# Icons with open strokes, which would be filled incorrectly.
UNFILLED_ICONS = frozenset(
    {
        "accessibility",
        "binary",
        "chart-column-increasing",
        "code",
        "fingerprint-pattern",
        "gauge",
        "landmark",
        "languages",
        "list-checks",
        "music",
        "qr-code",
        "users-round",
    }
)

_SVG = "{http://www.w3.org/2000/svg}"


@cache
def icon_markup(name: str) -> str:
    """The strokes of one icon on a 24 by 24 grid, without fill and stroke attributes."""
    with as_file(files("lucide") / "lucide.zip") as source, zipfile.ZipFile(source) as archive:
        root = ElementTree.fromstring(archive.read(f"{name}.svg"))  # noqa: S314  installed package
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
        node.attrib.pop("fill", None)
        node.attrib.pop("stroke", None)
    return "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in root)
