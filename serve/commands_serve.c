/*
 * commands_serve - the one command of `whichcab-serve`.
 */
#include "cli/command.h"

extern const struct command command_serve;

const struct command *const command_table[] = {&command_serve};
const size_t command_count = sizeof(command_table) / sizeof(command_table[0]);
const char *const command_other_program = NULL;
