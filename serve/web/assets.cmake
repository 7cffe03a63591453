# Writes a C file with the bytes of files: cmake -D OUTPUT=... -D FOLDER=... -D SCHEMAS=... -P assets.cmake
# The objects of the API's description are those of docs/schema.
file(READ ${FOLDER}/openapi.json openapi)
foreach(schema where versions media unread ls diff)
    file(READ ${SCHEMAS}/${schema}.json text)
    string(JSON openapi SET "${openapi}" components schemas ${schema} "${text}")
endforeach()
get_filename_component(output_folder ${OUTPUT} DIRECTORY)
file(WRITE ${output_folder}/openapi.json "${openapi}")

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
    if(name STREQUAL openapi.json)
        file(READ ${output_folder}/${name} bytes HEX)
    else()
        file(READ ${FOLDER}/${name} bytes HEX)
    endif()
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "static const unsigned char asset_${number}[] = {${bytes}};\n")
    string(APPEND table "    {\"${path}\", \"${type}\", asset_${number}, sizeof(asset_${number})},\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"serve/web/assets.h\"\n\n${arrays}\nconst struct serve_asset serve_assets_table[] = {\n${table}};\nconst size_t serve_assets_count = ${number};\n")
