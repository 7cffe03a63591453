#!/usr/bin/env bash
# Packed single files and what lies in executables: found by their bytes under any name, on every kind of
# volume, by each name that they may have; unpacked, told and put on the command line as what they are.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

hex() { xxd -r -p; }
u32() { printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }
for i in 1 2 3 4 5 6 7 8; do printf 'what is in the file, line %s\n' $i; done >text
size=$(stat -c %s text)
# The text as LZSS without a match: eight bytes behind each byte of flags.
literals() { xxd -p -c 8 text | sed 's/^/ff/' | hex; }
szdd() { { printf '535a444488f0273341%02x%s' "$1" "$(u32 "$size")" | hex && literals; } >"$2"; } # letter, file
quickbasic() { { printf '535a2088f02733d1%s' "$(u32 "$size")" | hex && literals; } >"$1"; }
kwaj() { # flags in hex, what follows the offset in hex, file
    { printf '4b57414a88f027d10000%02x00%s00%s' $((14 + ${#2} / 2)) "$1" "$2" | hex && cat text; } >"$3"
}

# ---- names --------------------------------------------------------------------------------------
mkdir d
szdd 0x4c d/MAPI32.DL_                                # L is kept
szdd 0 d/HIMEM.SY_                                    # no letter
szdd 0 d/MOUSE.IN_                                    # several endings
szdd 0 d/KRNL386.EXE                                  # the real name
quickbasic d/BC.EX\$
kwaj 00 '' d/CTL3D.DL_                                # neither name nor length
kwaj 08 4c49425700 d/LIBWX.EX_                        # LIBW, no extension
kwaj 18 5245414c004e414d00 d/SOME.FI_                 # REAL.NAM
szdd 0 d/ODD.QQ_                                      # an ending that nobody knows
printf 'another file' >d/A.TXT
szdd 0x54 d/A.TX_
gcab -cn d/NTOSKRNL.EX_ text
mv text ntoskrnl.exe && gcab -cn d/NTOSKRNL.EX_ ntoskrnl.exe && mv ntoskrnl.exe text
(cd d && jlha -aq1 ../d.lzh ./* >"$err")
(cd d && zip -q ../d.zip ./* && zip -q0 ../stored.zip ./* && tar cf ../d.tar ./* && 7z a -bd -bso0 ../d.7z ./*)
xorriso -as mkisofs -quiet -o d.iso d 2>"$err"
mformat -C -f 1440 -i d.img :: && mcopy -i d.img d/* ::

for medium in d d.zip stored.zip d.lzh d.tar d.7z d.iso d.img; do
    rm -rf catalog out_files
    check_status 0 whichcab index --deep "$medium"
    check_has ' 0 damaged' "$err"
    check_status 0 whichcab verify
    for name in mapi32.dll mapi32.dl_ himem.sys himem.sy_ mouse.inf mouse.ind mouse.ini krnl386.exe bc.exe \
        'bc.ex$' ctl3d.dll libw.exe real.nam 'odd.qq_' ntoskrnl.exe; do
        rm -rf out_files
        check_status 0 whichcab extract -m "$work/$medium" -o out_files "$name"
        cmp -s out_files/* text || fail "$name of $medium has other bytes: $(ls out_files)"
    done
    rm -rf out_files
    check_status 0 whichcab extract --all -m "$work/$medium" -o out_files a.txt a.tx_
    check_equal "$(cat "$(find out_files -iname '*a*txt*' -size -20c)")" 'another file' "A.TXT beside A.TX_ of $medium"
    json() { whichcab where -j -m "$work/$medium" "$1" | jq -c "$2"; }
    check_equal "$(json himem.sys '[.name, .alias, .packed, .size, .name_probable]')" \
        "[\"HIMEM.SYS\",\"HIMEM.SY_\",true,$size,true]" "HIMEM.SYS of $medium"
    check_equal "$(json mapi32.dll '[.packed, .name_probable]')" '[true,null]' "MAPI32.DLL of $medium"
    check_equal "$(json ctl3d.dll '[.packed, .size]')" "[true,$size]" "size of CTL3D.DLL of $medium"
    check_equal "$(json ntoskrnl.exe '[.size, .cabinet]')" "[$size,\"NTOSKRNL.EX_\"]" "NTOSKRNL.EXE of $medium"
done

# ---- command lines: what is packed is never copied ------------------------------------------------
for name in himem.sys krnl386.exe ctl3d.dll ntoskrnl.exe; do
    check_status 0 whichcab where -c -m "$work/d.img" "$name"
    check_has 'EXPAND A:' "$out"
    check_lacks 'COPY' "$out"
done
check_status 0 whichcab where -c -m "$work/d.img" bc.exe
check_has 'DECOMP A:\BC.EX$' "$out"
check_status 0 whichcab where -c -m "$work/d.img" 'ntoskrnl.ex_'
check_lacks 'COPY' "$out"

# ---- given as an argument -------------------------------------------------------------------------
for file in MAPI32.DL_ HIMEM.SY_ CTL3D.DL_ KRNL386.EXE BC.EX\$ NTOSKRNL.EX_; do
    check_status 0 whichcab ls "d/$file"
    rm -rf catalog out_files
    check_status 0 whichcab index --deep "d/$file"
    check_status 0 whichcab verify
    check_status 0 whichcab extract --all -o out_files '*'
    cmp -s out_files/* text || fail "$file as an image has other bytes"
done

# ---- in cabinets ----------------------------------------------------------------------------------
mkdir members && szdd 0 members/HIMEM.SY_ && szdd 0x4c members/MAPI32.DL_ && kwaj 18 5245414c004e414d00 members/SOME.FI_ &&
    szdd 0 members/KRNL386.EXE && szdd 0 members/README.TXT
mkdir cabs && (cd members && gcab -cn ../cabs/A.CAB ./*)
for medium in cabs cabs/A.CAB; do
    rm -rf catalog
    check_status 0 whichcab index "$medium" # names that say so are followed at once
    for name in himem.sys himem.sy_ mapi32.dll real.nam; do
        check_equal "$(whichcab where -j -m "$work/$medium" $name | jq -s length)" 1 "$name in $medium without --deep"
    done
    check_status 0 whichcab index --deep "$medium"
    check_has ' 0 damaged' "$err"
    check_status 0 whichcab verify
    for name in himem.sys mapi32.dll real.nam krnl386.exe readme.txt; do
        rm -rf out_files
        check_equal "$(whichcab where -j -m "$work/$medium" $name | jq -c '[.size, .modified != null]')" "[$size,true]" "$name in $medium"
        check_status 0 whichcab extract -m "$work/$medium" -o out_files $name
        cmp -s out_files/* text || fail "$name of a cabinet has other bytes"
    done
    check_equal "$(whichcab where -j -m "$work/$medium" himem.sy_ | jq -r .cabinet)" A.CAB 'what it is stored under'
done

# ---- executables ----------------------------------------------------------------------------------
stub() { { printf '4d5a40000100' | hex && head -c 58 /dev/zero; } >"$1"; } # an MZ header of 64 bytes, all of it
for i in 1 2; do
    cp text "in$i.txt" && gcab -cn "$i.cab" "in$i.txt"
done
cp text in_archive.txt
mkdir programs
stub programs/two.exe && cat 1.cab 2.cab >>programs/two.exe
stub programs/gap.exe && { head -c 70000 /dev/zero && cat 1.cab && head -c 3000000 /dev/zero && cat 2.cab; } >>programs/gap.exe
zip -qj part.zip in_archive.txt && stub programs/zip.exe && cat part.zip >>programs/zip.exe
7z a -bd -bso0 part.7z in_archive.txt && stub programs/7z.exe && cat part.7z >>programs/7z.exe
jlha -aq1 part.lzh in_archive.txt >"$out" && stub programs/lha.exe && cat part.lzh >>programs/lha.exe
xorriso -as mkisofs -quiet -o programs.iso programs 2>"$err"
for medium in programs programs.iso; do
    rm -rf catalog
    check_status 0 whichcab index "$medium"
    for name in in1.txt in2.txt; do
        check_equal "$(whichcab where -a -j -m "$work/$medium" $name | jq -r .path | sort -u | wc -l)" 2 "places of $name in $medium"
    done
    check_equal "$(whichcab where -a -j -m "$work/$medium" in_archive.txt | jq -r .container | sort -u | wc -l)" 3 "self-extractors of $medium"
    rm -rf out_files
    check_status 0 whichcab extract --all -m "$work/$medium" -o out_files in1.txt in2.txt in_archive.txt
done
for program in programs/*.exe; do
    rm -rf catalog out_files
    check_status 0 whichcab index "$program"
    check_status 0 whichcab extract --all -o out_files -m "$work/$program" '*.txt'
    for file in out_files/*; do
        cmp -s "$file" text || fail "$file of $program has other bytes"
    done
done

# ---- cabinets anywhere in a file ------------------------------------------------------------------
mkdir anywhere
{ head -c 70001 /dev/zero | tr '\000' x && cat 1.cab && head -c 3000 /dev/zero | tr '\000' y && cat 2.cab && printf tail; } >anywhere/FOO.DAT
printf 'what MSCF is: a word, and MSCF no cabinet' | tee anywhere/A.TXT | cat - <(head -c 400 /dev/zero) >anywhere/FALSE.BIN
(cd anywhere && zip -q ../anywhere.zip ./*)
xorriso -as mkisofs -quiet -o anywhere.iso anywhere 2>"$err"
{ printf 'other data' && cat 1.cab; } >later.cab
for medium in anywhere anywhere.zip anywhere.iso; do
    rm -rf catalog out_files
    check_status 0 whichcab index --deep "$medium"
    check_status 0 whichcab extract -m "$work/$medium" -o out_files in1.txt in2.txt
    for file in in1.txt in2.txt; do
        cmp -s out_files/$file text || fail "$file out of $medium has other bytes"
    done
    check_status 0 whichcab verify
done
check_status 0 whichcab ls later.cab
check_has in1.txt "$out"

# ---- what only begins like a compressed file ------------------------------------------------------
printf '1f9d2e444f438c1b806c1822a48102830 80f' | tr -d ' ' | hex >a.Z
check_status 2 whichcab ls a.Z
check_lacks 'containers deep' "$err"

finish
