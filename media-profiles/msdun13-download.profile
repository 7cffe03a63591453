# Dial-Up Networking 1.3 for Windows 95 as downloaded.
# Sources: Q194477.

[profile]
id = msdun13-download
title = Dial-Up Networking 1.3 upgrade (download)
release = 1.3
publisher = Microsoft
language = en-US
kind = download
code_page = 1252

[roles]
DUN95.CAB = system : for Windows 95 retail and OSR1
DUNOSR2.CAB = system : for OSR2
IPWIN95.CAB = system : for Windows 95 retail and OSR1
IPOSR2.CAB = system : for OSR2
*.CAB = system
