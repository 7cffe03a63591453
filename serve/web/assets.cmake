# Writes a C file with the bytes of files: cmake -D OUTPUT=... -D FOLDER=... -P assets.cmake
set(types
    "/:page.html:text/html@ charset=utf-8"
    "/page.css:page.css:text/css@ charset=utf-8"
    "/page.js:page.js:text/javascript@ charset=utf-8"
    "/openapi.json:openapi.json:application/json")
set(arrays "")
set(table "")
set(number 0)
foreach(entry ${types})
    string(REPLACE ":" ";" parts "${entry}")
    list(GET parts 0 path)
    list(GET parts 1 name)
    list(GET parts 2 type)
    string(REPLACE "@" ";" type "${type}")
    file(READ ${FOLDER}/${name} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "static const unsigned char asset_${number}[] = {${bytes}};\n")
    string(APPEND table "    {\"${path}\", \"${type}\", asset_${number}, sizeof(asset_${number})},\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"serve/web/assets.h\"\n\n${arrays}\nconst struct serve_asset serve_assets_table[] = {\n${table}};\nconst size_t serve_assets_count = ${number};\n")
