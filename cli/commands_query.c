/*
 * commands_query - the commands of `whichcab`: what needs the catalog only.  Those that read images
 * are listed for the help; whichcab-media runs them.
 */
#include "cli/command.h"

extern const struct command command_where, command_versions, command_dups, command_diff,
    command_media, command_catalog_keep, command_export, command_import, command_profile;

/* Summaries as in cmd_index.c and its neighbours. */
static const struct command command_index = {
    .name = "index", .summary = "add or refresh images, folders and drives in the catalog"};
static const struct command command_ls = {.name = "ls", .summary = "show what is inside an image"};
static const struct command command_extract = {
    .name = "extract", .summary = "take files out of the images, through their cabinets"};
static const struct command command_cat = {
    .name = "cat", .summary = "write files of the images to standard output"};
static const struct command command_verify = {
    .name = "verify", .summary = "decode everything and name what is damaged"};
static const struct command command_id = {
    .name = "id",
    .summary = "tell which medium files of a computer are from, and if they are intact"};
static const struct command command_check = {
    .name = "check",
    .summary =
        "tell what is wrong with the Windows on a PC's disk, and where the right copies are"};

static const struct command command_imports = {
    .name = "imports",
    .summary = "show what programs import, and where on the media missing modules are"};
static const struct command command_repair = {
    .name = "repair", .summary = "make the floppies that mend the Windows on a PC's disk"};

static const struct command command_known = {
    .name = "known", .summary = "tell which indexed files and images stand in lists of known ones"};

static const struct command command_serve = {.name = "serve",
                                             .summary = "answer over HTTP, with a page to look at",
                                             .program = "whichcab-serve"};

const struct command *const command_table[] = {
    &command_where,        &command_versions, &command_dups,    &command_diff,    &command_media,
    &command_index,        &command_ls,       &command_extract, &command_cat,     &command_verify,
    &command_id,           &command_check,    &command_imports, &command_repair,  &command_known,
    &command_catalog_keep, &command_export,   &command_import,  &command_profile, &command_serve,
};
const size_t command_count = sizeof(command_table) / sizeof(command_table[0]);
const char *const command_other_program = "whichcab-media";
