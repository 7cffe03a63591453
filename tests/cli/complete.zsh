# What zsh is offered for a line: complete.zsh FOLDER WORD..., where FOLDER has whichcab.zsh and the last word is being typed.
folder=$1
shift
compadd() { [[ $1 != -- ]] || shift; print -rl -- "$@" }
_files() { print -r -- "(files)" }
words=("$@")
CURRENT=$#
PREFIX=${words[-1]}
source $folder/whichcab.zsh
