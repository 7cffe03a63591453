/*
 * terminal - what results are shown on: its width and colours, and the pager before it.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

struct cli;

struct terminal {
    unsigned columns; /* 0: stdout is no terminal; nothing is cut then */
    bool colour;
    bool links; /* images are links: see wcab_link_text */
};

/*
 * Looks at stdout before a table is printed there.  On a terminal, what is printed from now on goes
 * through the user's pager: $WHICHCAB_PAGER, the configuration file's, $PAGER, or less, which shows
 * what fits as if there were none; an empty one or "cat" is none.  To be called before rights are
 * given up.
 */
struct terminal terminal_begin(const struct cli *cli);

/* Whether images are links in what is printed without a pager. */
bool terminal_links(const struct cli *cli);

/* Waits for the pager, if there is one, after stdout was closed. */
void terminal_end(void);

#endif
