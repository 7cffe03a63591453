/*
 * commands_media - the commands of `whichcab-media`: those that read images.
 */
#include "cli/command.h"

extern const struct command command_index, command_ls, command_extract, command_cat, command_verify,
    command_id, command_check, command_imports, command_repair, command_known;

const struct command *const command_table[] = {
    &command_index, &command_ls,    &command_extract, &command_cat,    &command_verify,
    &command_id,    &command_check, &command_imports, &command_repair, &command_known};
const size_t command_count = sizeof(command_table) / sizeof(command_table[0]);
const char *const command_other_program = NULL;
