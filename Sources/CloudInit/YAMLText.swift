import NetworkTypes

/// `text` as a double-quoted YAML scalar (YAML 1.2 section 7.3.1), which JSON strings are too.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u00" + hexByte(UInt8(scalar.value))
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
