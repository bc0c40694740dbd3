"""Which field the heading of a column names, in English and Spanish."""

from __future__ import annotations

import re

from awarding.lists.columns import fields_by_heading, normalized_heading
from awarding.models import ColumnField

_MORE_HEADINGS = {
    "first_name": "first names, first name s, primer nombre",
    "last_name": "last names, last name s",
    "name": """
        names, name s, name last first, last name first name, last first, last first name,
        first last, first name last name, nombre y apellido s, apellidos y nombres,
        nombres y apellidos, apellidos nombre, apellido nombre, apellidos nombres,
        apellidos y nombre, nombre apellidos, nombre apellido
    """,
    "middle_name": "mi, m i, middle names, middle initials, inicial, inicial del segundo nombre",
    "id": """
        id, student id, staff id, employee id, earner id, issuer earner id, learner id, person id,
        participant id, user id, student number, employee number, id number, sis id, local id,
        ssid, seid, numero de estudiante, id de estudiante, id de empleado, matricula,
        student no, student id number, local student id, statewide student identifier,
        state student id, client id, employee no, emp id, teacher id, personnel number,
        educator id, id del estudiante, numero de empleado, identificador, emp number,
        staff number, teacher number, person number, badge holder id, sis user id,
        numero de identificacion
    """,
    "badge": """
        badge, badges, badge name, badge title, badge id, badge class, badge class id, badgeclass,
        badgeclass id, badge class name, badge template, badge template id, badge template name,
        template id, credential, credential name, credential id, micro credential, award name,
        badge earned, insignia, insignias, nombre de la insignia, id de la insignia, credencial
    """,
    "expires": """
        expires, expires at, expires on, expire date, expiry, expiry date, expiration,
        expiration date, date of expiration, valid to, valid until, valid through,
        good until, vigencia, vigente hasta, vence,
        vencimiento, vence el, fecha de vencimiento, expira, expira el, expiracion,
        fecha de expiracion, caduca, caducidad, fecha de caducidad, valida hasta, valido hasta
    """,
    "evidence": """
        evidence, evidence url, evidence link, link, url, link to evidence, portfolio,
        portfolio link, evidencia, enlace, enlace a la evidencia, url de la evidencia
    """,
}
_FIELDS = fields_by_heading(_MORE_HEADINGS)
# When a form was sent: the day it was earned only if no other column says it.
_SENDING_TIMES = {
    "timestamp", "time stamp", "submitted at", "submission date", "date submitted",
    "completion time", "end time", "marca temporal", "hora de finalizacion", "fecha de envio",
    "hora de envio",
}  # fmt: skip
# Whose name, address or number it is. "Student Email" is an email.
_PERSONS = {
    "recipient", "recipients", "student", "participant", "learner", "educator", "teacher",
    "employee", "staff", "user", "earner", "attendee", "person", "contact", "registrant", "member",
    "your", "issued", "to", "the", "legal", "primary", "school", "work", "district", "estudiante",
    # Of questions in surveys: “What is your full name?”
    "what", "is", "please", "enter", "type", "write", "provide", "print", "cual", "es", "escriba",
    "ingrese", "indique", "tu", "for", "certificate", "badge", "used", "use", "on", "as", "you",
    "would", "like", "it", "appear", "should", "appears", "para", "certificado",
    "alumno", "alumna", "participante", "docente", "persona", "empleado", "empleada", "usuario",
    "del", "de", "la", "el", "su",
}  # fmt: skip
_OF_PERSONS = {
    ColumnField.EMAIL, ColumnField.NAME, ColumnField.FIRST_NAME, ColumnField.MIDDLE_NAME,
    ColumnField.LAST_NAME, ColumnField.ID,
}  # fmt: skip
# A heading with one of these words looks as if the column decides who gets the badge.
_DECIDING = {
    "earned", "earn", "pass", "passed", "passing", "fail", "failed", "complete", "completed",
    "completes", "completion", "finished", "status", "result", "results", "outcome", "decision",
    "pre", "post", "level", "grade", "grades", "score", "points", "percent", "percentage", "mark",
    "attended", "attendance", "present", "absent", "eligible", "eligibility", "qualified",
    "qualifies", "approved", "accepted", "met", "mastered", "mastery", "awarded", "award",
    "certified", "cleared", "duration", "duracion", "obtained", "progress", "aprobado",
    "aprobada", "aprobo", "aprueba",
    "reprobado", "completado", "completada", "completo", "completa", "terminado", "terminada",
    "termino", "finalizado", "finalizada", "estado", "estatus", "resultado", "resultados", "nivel",
    "grado", "calificacion", "calificaciones", "puntaje", "puntuacion", "puntos",
    "porcentaje", "asistio", "asistencia", "presente", "ausente", "elegible", "cumple", "cumplio",
    "logrado", "lograda", "obtenida", "obtenido", "obtuvo", "otorgada", "otorgado", "ganada",
    "gano", "acreditado", "acreditada", "dominio",
}  # fmt: skip
_BADGES = {"badge", "badges", "insignia", "insignias", "credential", "credentials"}
_REMARKS = {
    "note", "notes", "comment", "comments", "feedback", "reason", "remarks", "comentario",
    "comentarios", "observacion", "observaciones", "motivo", "private", "internal",
    "privado", "privada", "interno", "interna",
}  # fmt: skip
_FINISHING = {
    "earned", "passed", "complete", "completed", "completion", "finished", "attended", "approved",
    "mastered", "met", "aprobado", "aprobada", "completado", "completada", "terminado",
    "terminada", "termino", "finalizado", "finalizada", "finalizacion", "obtenida", "obtenido",
    "obtencion", "asistio", "asistencia", "logrado", "lograda", "ganada",
}  # fmt: skip
_NARRATIVES = {"narrative", "narratives", "narrativa", "narrativas"}
# Words in headings of IDs that a school or a district gives to its people.
_WITH_IDS = {
    "student", "staff", "employee", "emp", "teacher", "educator", "earner", "learner", "personnel",
    "sis", "local", "state", "statewide", "ssid", "seid", "client", "estudiante", "empleado",
    "matricula",
}  # fmt: skip
_DAY_WORDS = {"date", "day", "on", "at", "fecha", "dia", "el"}


def field_named(heading: str) -> tuple[ColumnField | None, int]:
    """The field, and how far the heading is from its plain name: 0 is exact."""
    words = normalized_heading(heading)
    if found := _FIELDS.get(words):
        return ColumnField(found), 0
    if words in _SENDING_TIMES:
        return ColumnField.DAY, 2
    if not _NARRATIVES.isdisjoint(words.split()) and _REMARKS.isdisjoint(words.split()):
        return ColumnField.NARRATIVE, 1
    if not _DAY_WORDS.isdisjoint(words.split()) and says_when_finished(heading):
        return ColumnField.DAY, 1
    # “Evidence URL 2”
    found = _FIELDS.get(re.sub(r" \d{1,2}$", "", words))
    if found in {ColumnField.EVIDENCE, ColumnField.ID}:
        return ColumnField(found), 1
    # “Name (Original Name)”
    words = normalized_heading(re.sub(r"\(.*?\)", " ", heading))
    bare = " ".join(word for word in words.split() if word not in _PERSONS)
    found = _FIELDS.get(words) or _FIELDS.get(bare)
    if found and found in _OF_PERSONS:
        return ColumnField(found), 1
    return None, 0


def looks_deciding(heading: str) -> bool:
    words = normalized_heading(heading).split()
    return not _DECIDING.isdisjoint(words) and _REMARKS.isdisjoint(words)


def mentions_badges(heading: str) -> bool:
    """“Badge 1”, “Second badge”: its values may say who gets which."""
    words = normalized_heading(heading).split()
    return not _BADGES.isdisjoint(words) and _REMARKS.isdisjoint(words)


def is_note_or_mark(heading: str) -> bool:
    """Spanish “nota”: a remark, or the mark of a test. Its values tell."""
    return not {"nota", "notas"}.isdisjoint(normalized_heading(heading).split())


def says_when_finished(heading: str) -> bool:
    """Whether a day in this column means “it is done”, so that no day means “not yet”."""
    return not _FINISHING.isdisjoint(normalized_heading(heading).split())


def is_in_spanish(heading: str) -> bool:
    """Whether a column of dates has a Spanish heading."""
    return not {"fecha", "dia", "vence", "vencimiento", "vigencia"}.isdisjoint(
        normalized_heading(heading).split()
    )


def says_whose_id(heading: str) -> bool:
    """Whether the heading says that these are IDs of people, not numbers of rows or answers."""
    return not _WITH_IDS.isdisjoint(normalized_heading(heading).split())


def remembered_as(heading: str) -> str:
    """The heading as it is remembered."""
    return normalized_heading(heading)[:120]
