# fish completion for whichcab; what can be completed is asked from the program itself.

function __whichcab_commands
    whichcab --help 2>/dev/null | string match -rg '^  ([a-z]{2,}) .*'
    echo help
end

# The command that is typed already: the first word that is no option.
function __whichcab_command
    set -l words (commandline -opc)
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word -C --catalog --color --hyperlink
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
            return 0
        end
    end
    return 1
end

# The program, with the catalog that the line names.
function __whichcab_run
    set -l words (commandline -opc)
    set -l at (contains -i -- -C $words; or contains -i -- --catalog $words)
    if test -n "$at"
        whichcab -C (string replace -r '^~(?=/|$)' $HOME -- $words[(math $at + 1)]) $argv
    else
        whichcab $argv
    end
end

function __whichcab_options
    whichcab (__whichcab_command) --help 2>/dev/null | string match -rg '^ +(?:-., )?(--[a-z0-9-]+)'
end

function __whichcab_media
    whichcab profile list --format '{id}\t{title}' 2>/dev/null
    __whichcab_run media note --format '{image}' 2>/dev/null | string replace -r '.*/' ''
end

complete -c whichcab -n 'not __whichcab_command >/dev/null' -f -a '(__whichcab_commands)'
complete -c whichcab -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__whichcab_options)'
complete -c whichcab -s C -l catalog -r -d 'folder of the catalog'
complete -c whichcab -s m -l medium -r -a '(__whichcab_media)'
complete -c whichcab -l color -x -a 'auto always never'
complete -c whichcab -l hyperlink -x -a 'auto always never'
complete -c whichcab -n 'contains -- (__whichcab_command) media diff' -a '(__whichcab_media)'
complete -c whichcab -n 'test "$(__whichcab_command)" = profile' -a 'list show add remove (__whichcab_media)'
complete -c whichcab -n 'test "$(__whichcab_command)" = catalog' -a '(whichcab catalog --help | string match -rg "^([a-z]+): ")'
complete -c whichcab -n 'test "$(__whichcab_command)" = help' -f -a '(__whichcab_commands)'
