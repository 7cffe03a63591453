#!/usr/bin/env bash
# Windows Installer packages: files in their cabinets are found by the names in the File table.
# shellcheck disable=SC2016 # quotes of SQL
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$work" || exit 1
printf 'hello readme' >filA1B2
printf 'tool' >filE5F6
printf 'plain' >filC7D8
gcab -cn pack.cab filA1B2 filE5F6 filC7D8
msibuild pack.msi -s Pack Author
msibuild pack.msi -q 'CREATE TABLE `File` (`File` CHAR(72) NOT NULL, `Component_` CHAR(72) NOT NULL, `FileName` CHAR(255) NOT NULL LOCALIZABLE, `FileSize` LONG NOT NULL, `Version` CHAR(72), `Language` CHAR(20), `Attributes` INT, `Sequence` INT NOT NULL PRIMARY KEY `File`)'
add() { # key, name, size, sequence
    msibuild pack.msi -q "INSERT INTO \`File\` (\`File\`, \`Component_\`, \`FileName\`, \`FileSize\`, \`Attributes\`, \`Sequence\`) VALUES ('$1', 'C1', '$2', $3, 0, $4)"
}
add filA1B2 'LONGRE~1.TXT|Long Read Me.txt' 12 1
add filE5F6 'TEETOOL.DLL' 4 2
msibuild pack.msi -a pack.cab pack.cab

check_status 0 whichcab index -j1 pack.msi
for name in filA1B2 filE5F6 filC7D8 teetool.dll 'Long Read Me.txt'; do
    check_status 0 whichcab where -m pack.msi "$name"
done
check_status 0 whichcab extract -o got -m "$work/pack.msi" teetool.dll
check_equal "$(cat got/*)" tool 'bytes of a file by its name'
check_status 0 whichcab verify -j1

# the same cabinet elsewhere has no such names, and takes none away
check_status 0 whichcab index -j1 pack.cab
check_status 0 whichcab where teetool.dll
check_equal "$(grep -c 'pack.cab' "$out")" 1 'only the package knows the name'

finish
