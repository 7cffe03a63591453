/*
 * module_file - see module_file.h.
 */
#include "jobs/check/module_file.h"

#include <string.h>

#include "core/text.h"

static const char *const endings[] = {".DLL", ".EXE", ".DRV", ".MOD", ".VBX"};
enum { ENDINGS = sizeof(endings) / sizeof(endings[0]) };

#define KERNEL_MODULE "KERNEL"
#define KERNEL_FILE "KRNL386.EXE"

bool wci_module_file(struct wci_bytes module, size_t number, char text[WCI_MODULE_FILE],
                     struct wci_bytes *file)
{
    size_t length;

    *file = module;
    if (number == 0)
        return true;
    if (module.length == 0 || module.length > WCI_IMPORT_NAME ||
        memchr(module.data, '.', module.length) != NULL)
        return false;
    if (number > ENDINGS) {
        *file = wci_bytes_of(KERNEL_FILE);
        return number == ENDINGS + 1 && wci_text_equal_folded(module, wci_bytes_of(KERNEL_MODULE));
    }
    length = strlen(endings[number - 1]);
    memcpy(text, module.data, module.length);
    memcpy(text + module.length, endings[number - 1], length);
    *file = (struct wci_bytes){text, module.length + length};
    return true;
}

bool wci_module_is_virtual(struct wci_bytes module)
{
    static const char *const names[] = {"DISPLAY", "MOUSE", "COMM", "SOUND", "KEYBOARD", "SYSTEM"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (wci_text_equal_folded(module, wci_bytes_of(names[i])))
            return true;
    }
    return false;
}
