/* main.c: the program media-gen: makes the project's test media. */
#include "cabspec.h"
#include "imagespec.h"
#include "oldpack.h"
#include "real.h"
#include "shield.h"
#include "shield3.h"
#include "stack.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: media-gen stack OUTDIR [--seed N] [--edition N] [--media ID,ID...] [--small] [-j N]\n"
    "                              [--profiles DIR]\n"
    "       media-gen real ID OUTDIR [--form images|iso|joliet|folder] [--odd-names] [--lower]\n"
    "                                [--dates-lost] [--other-language] [--seed N]\n"
    "       media-gen cabinet DESCRIPTION OUTDIR\n"
    "       media-gen image DESCRIPTION OUTFILE\n"
    "       media-gen shield DESCRIPTION OUTDIR\n"
    "       media-gen shield3 PARTSIZE OUTFILE FOLDER=FILE...\n"
    "       media-gen zip METHOD OUTFILE FILE...\n";

static int run_stack(int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},     {"media", required_argument, NULL, 'm'},
        {"edition", required_argument, NULL, 'e'},  {"small", no_argument, NULL, 'S'},
        {"profiles", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct wcgen_stack stack = {.profiles = WCGEN_PROFILES,
                                .seed = 1,
                                .threads = processors > 1 ? (unsigned)processors : 1};
    int option;
    while ((option = getopt_long(argc, argv, "j:", options, NULL)) != -1) {
        switch (option) {
        case 's':
            stack.seed = strtoull(optarg, NULL, 0);
            break;
        case 'e':
            stack.edition = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'm':
            stack.media = optarg;
            break;
        case 'S':
            stack.small = true;
            break;
        case 'p':
            stack.profiles = optarg;
            break;
        case 'j':
            stack.threads = (unsigned)strtoul(optarg, NULL, 10);
            break;
        default:
            fputs(usage, stderr);
            return 2;
        }
    }
    if (optind + 1 != argc) {
        fputs(usage, stderr);
        return 2;
    }
    stack.folder = argv[optind];
    wcgen_stack_build(&stack);
    return 0;
}

static enum wcgen_real_form form_of(const char *name)
{
    static const char *const names[] = {"images", "iso", "joliet", "folder"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum wcgen_real_form)i;
    wcgen_util_fail("forms are images, iso, joliet and folder");
}

static int run_real(int argc, char **argv)
{
    static const struct option options[] = {{"form", required_argument, NULL, 'f'},
                                            {"odd-names", no_argument, NULL, 'o'},
                                            {"lower", no_argument, NULL, 'l'},
                                            {"dates-lost", no_argument, NULL, 'd'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"other-language", no_argument, NULL, 'x'},
                                            {NULL, 0, NULL, 0}};
    struct wcgen_real real = {.facts = WCGEN_REAL, .listings = WCGEN_PROFILES, .seed = 1};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'f')
            real.form = form_of(optarg);
        else if (option == 's')
            real.seed = strtoull(optarg, NULL, 0);
        else if (option == 'o')
            real.odd_names = true;
        else if (option == 'l')
            real.lower = true;
        else if (option == 'd')
            real.dates_lost = true;
        else if (option == 'x')
            real.other_language = true;
        else
            argc = 0;
    }
    if (optind + 2 != argc) {
        fputs(usage, stderr);
        return 2;
    }
    real.id = argv[optind];
    real.folder = argv[optind + 1];
    wcgen_real_build(&real);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "stack") == 0)
        return run_stack(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "real") == 0)
        return run_real(argc - 1, argv + 1);
    if (argc == 4 && strcmp(argv[1], "cabinet") == 0) {
        wcgen_cabspec_build(argv[2], argv[3]);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "image") == 0) {
        wcgen_imagespec_build(argv[2], argv[3]);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "shield") == 0) {
        wcgen_shield_build(argv[2], argv[3]);
        return 0;
    }
    if (argc >= 5 && strcmp(argv[1], "shield3") == 0) {
        wcgen_shield3_build(argv[3], (size_t)strtoul(argv[2], NULL, 10), argv + 4,
                            (size_t)argc - 4);
        return 0;
    }
    if (argc >= 5 && strcmp(argv[1], "zip") == 0) {
        wcgen_oldpack_zip((unsigned)strtoul(argv[2], NULL, 10), argv[3], argv + 4,
                          (size_t)argc - 4);
        return 0;
    }
    fputs(usage, stderr);
    return 2;
}
