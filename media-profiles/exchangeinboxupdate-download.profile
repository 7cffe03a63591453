# Update of Exchange Inbox and Windows Messaging as downloaded.
# Sources: Q182794.

[profile]
id = exchangeinboxupdate-download
title = Windows Messaging update for Windows 95 (download)
publisher = Microsoft
language = en-US
kind = download
code_page = 1252
chain = WMSSET1.CAB

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system
