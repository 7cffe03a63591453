# Microsoft PowerPoint Viewer for Windows 95 as downloaded; contents of the cabinets as on the
# floppies.
# Sources: Q149587.

[profile]
id = powerpoint95viewer-download
title = Microsoft PowerPoint Viewer for Windows 95 (download)
release = 7.0
publisher = Microsoft
language = en-US
kind = download
code_page = 1252
extract = EXTRACT.EXE
chain = VIEW951.CAB
