"""Files as student information systems export them."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

ONE_ROSTER = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n"
    "file.orgs,bulk\nfile.users,bulk\n",
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "d1,active,,Alder Unified,district,,\n"
    "s1,active,,River School,school,,d1\n",
    "academicSessions.csv": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear\ny27,active,,Year,schoolYear,2026-08-01,2027-06-30,,2027\n",
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,"
    "familyName,middleName,identifier,email\n"
    "t1,active,,true,ines,,Inés,Ruiz,,,ines@alder.example\n"
    "k1,active,,true,kai,,Kai,Lee,,,kai@alder.example\n",
    "roles.csv": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId\n"
    "r1,active,,t1,primary,teacher,,,s1,\nr2,active,,k1,primary,student,,,s1,\n",
    "classes.csv": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "c1,active,,Algebra,,,,scheduled,,s1,y27,,,\n",
    "enrollments.csv": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate\n"
    "e1,active,,c1,s1,t1,teacher,true,,\ne2,active,,c1,s1,k1,student,,,\n",
    "demographics.csv": "sourcedId,sex\nk1,mark-of-demographics\n",
}


def upload(content: str | bytes, name: str = "list.csv", encoding: str = "utf-8"):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return SimpleUploadedFile(name, data)


def one_roster(**changes: str | None):
    """The files above in a ZIP; a change of None leaves the file out."""
    files = ONE_ROSTER | {f"{name}.csv": text for name, text in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return SimpleUploadedFile("roster.zip", out.getvalue())
