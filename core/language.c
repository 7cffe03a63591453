/*
 * language - see language.h.
 *
 * Those that Windows 95, 98 and Me were sold in; ids and pages from the Windows SDK's list of
 * locales.
 */
#include "core/language.h"

#include <stddef.h>

#include "core/text.h"

static const struct wci_language languages[] = {
    {0x0401, "ar-SA", "Arabic", 1256, 720},
    {0x0402, "bg-BG", "Bulgarian", 1251, 866},
    {0x0403, "ca-ES", "Catalan", 1252, 850},
    {0x0404, "zh-TW", "Chinese (Taiwan)", 950, 950},
    {0x0405, "cs-CZ", "Czech", 1250, 852},
    {0x0406, "da-DK", "Danish", 1252, 850},
    {0x0407, "de-DE", "German", 1252, 850},
    {0x0408, "el-GR", "Greek", 1253, 737},
    {0x0409, "en-US", "English", 1252, 437},
    {0x040A, "es-ES", "Spanish", 1252, 850},
    {0x040B, "fi-FI", "Finnish", 1252, 850},
    {0x040C, "fr-FR", "French", 1252, 850},
    {0x040D, "he-IL", "Hebrew", 1255, 862},
    {0x040E, "hu-HU", "Hungarian", 1250, 852},
    {0x0410, "it-IT", "Italian", 1252, 850},
    {0x0411, "ja-JP", "Japanese", 932, 932},
    {0x0412, "ko-KR", "Korean", 949, 949},
    {0x0413, "nl-NL", "Dutch", 1252, 850},
    {0x0414, "nb-NO", "Norwegian", 1252, 850},
    {0x0415, "pl-PL", "Polish", 1250, 852},
    {0x0416, "pt-BR", "Portuguese (Brazil)", 1252, 850},
    {0x0418, "ro-RO", "Romanian", 1250, 852},
    {0x0419, "ru-RU", "Russian", 1251, 866},
    {0x041A, "hr-HR", "Croatian", 1250, 852},
    {0x041B, "sk-SK", "Slovak", 1250, 852},
    {0x041D, "sv-SE", "Swedish", 1252, 850},
    {0x041E, "th-TH", "Thai", 874, 874},
    {0x041F, "tr-TR", "Turkish", 1254, 857},
    {0x0424, "sl-SI", "Slovenian", 1250, 852},
    {0x0425, "et-EE", "Estonian", 1257, 775},
    {0x0426, "lv-LV", "Latvian", 1257, 775},
    {0x0427, "lt-LT", "Lithuanian", 1257, 775},
    {0x042A, "vi-VN", "Vietnamese", 1258, 1258},
    {0x042D, "eu-ES", "Basque", 1252, 850},
    {0x0804, "zh-CN", "Chinese (PRC)", 936, 936},
    {0x0809, "en-GB", "English (United Kingdom)", 1252, 850},
    {0x080A, "es-MX", "Spanish (Mexico)", 1252, 850},
    {0x0816, "pt-PT", "Portuguese (Portugal)", 1252, 850},
    {0x0C0A, "es-ES", "Spanish", 1252, 850},
    {0x0C0C, "fr-CA", "French (Canada)", 1252, 863},
};

enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

const struct wci_language *wci_language_of_id(uint16_t id)
{
    size_t i;

    for (i = 0; i < LANGUAGES; i++) {
        if (languages[i].id == id)
            return &languages[i];
    }
    return NULL;
}

const struct wci_language *wci_language_of_tag(struct wci_bytes tag)
{
    size_t i;

    for (i = 0; i < LANGUAGES; i++) {
        if (wci_text_equal_folded(tag, wci_bytes_of(languages[i].tag)))
            return &languages[i];
    }
    return NULL;
}

const struct wci_language *wci_language_of_hex(struct wci_bytes text)
{
    uint32_t id = 0;
    size_t i;

    for (i = 0; i < text.length; i++) {
        char c = text.data[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0 || id > 0xFFFF)
            return NULL;
        id = id * 16 + (uint32_t)digit;
    }
    return id == 0 || id > 0xFFFF ? NULL : wci_language_of_id((uint16_t)id);
}
