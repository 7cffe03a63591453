# Every way in which one place of a C file may be turned:  line <TAB> what was done <TAB> the line as it is then
#
# A comparison is turned round or moved by one, && and || change places, a condition of one line is turned or
# dropped (taken for false), a call or an assignment that stands alone is dropped, true and false, and a returned
# 0 and 1, change places.  Comments, text in quotes, and what the preprocessor reads stay as they are, and so
# does the passing on of errors (lines that ask `code == WCAB_OK`, or are about memory that can't be had): that
# is what tests/faults is for.

function tell(how, line) {
    if (line != $0)
        print FNR "\t" how "\t" line
}

# Each place of the line where `from` stands on its own, outside of quotes.
function turn(from, to,    at, start, before) {
    start = 1
    while ((at = index(substr(masked, start), from)) > 0) {
        at += start - 1
        before = substr($0, 1, at - 1)
        tell(trim(from) " becomes " trim(to), before to substr($0, at + length(from)))
        start = at + length(from)
    }
}

function trim(text) {
    gsub(/^ +| +$/, "", text)
    return text
}

# The same length, with what is in quotes made unreadable.
function mask(text,    out, i, c, quote) {
    out = ""
    quote = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quote != "") {
            if (c == "\\") {
                out = out "??"
                i++
                continue
            }
            if (c == quote)
                quote = ""
            out = out "?"
        } else if (c == "\"" || c == "'") {
            quote = c
            out = out "?"
        } else
            out = out c
    }
    return out
}

# Where the parenthesis that opens at `open` closes; 0: not on this line.
function closing(open,    i, c, depth) {
    depth = 0
    for (i = open; i <= length(masked); i++) {
        c = substr(masked, i, 1)
        if (c == "(")
            depth++
        else if (c == ")" && --depth == 0)
            return i
    }
    return 0
}

function conditions(    open, close_at, inner) {
    if (!match(masked, /(^|[^a-z_])(if|while) \(/))
        return
    open = RSTART + RLENGTH - 1
    close_at = closing(open)
    if (close_at == 0)
        return
    inner = substr($0, open + 1, close_at - open - 1)
    if (inner ~ /&&|[|][|]/ || inner !~ / [!=]= /) # else turning the comparison is the same
        tell("turned", substr($0, 1, open) "!(" inner ")" substr($0, close_at))
    tell("dropped", substr($0, 1, open) "0 && (" inner ")" substr($0, close_at))
}

{
    if (in_comment) {
        if (index($0, "*/"))
            in_comment = 0
        next
    }
    if ($0 ~ /^ *\/\*/) {
        if (!index($0, "*/"))
            in_comment = 1
        next
    }
    if ($0 ~ /^#/ || $0 ~ /^[a-z}]/ || $0 ~ /^$/)
        next
    if ($0 ~ /code [!=]= WCAB_(OK|ERR)/ || $0 ~ /[!=]= NULL\)$/ || $0 ~ /nomem|free\(|close\(/) {
        previous = ";"
        next
    }
    masked = mask($0)
    sub(/\/\*.*\*\//, "", masked)
    conditions()
    turn(" == ", " != ")
    turn(" != ", " == ")
    turn(" <= ", " < ")
    turn(" >= ", " > ")
    turn(" < ", " <= ")
    turn(" > ", " >= ")
    turn(" && ", " || ")
    turn(" || ", " && ")
    turn(" + 1", " + 0")
    turn(" - 1", " - 0")
    turn("true", "false")
    turn("false", "true")
    if (masked ~ /^ *return 0;/)
        turn("return 0", "return 1")
    if (masked ~ /^ *return 1;/)
        turn("return 1", "return 0")
    # a statement of one line: `x = y;` or `f(x);`, no declaration
    if (previous ~ /[;{})]$/ && (masked ~ /^ +[a-zA-Z_][a-zA-Z0-9_.>\[\]()-]* [|+-]?= .*;$/ || masked ~ /^ +[a-z_0-9]+\(.*\);$/))
        tell("dropped", substr($0, 1, match($0, /[^ ]/) - 1) ";")
    previous = masked
    sub(/ +$/, "", previous)
}
