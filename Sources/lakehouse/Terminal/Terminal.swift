import Foundation

/// The terminal: what goes to standard output is the answer, what goes to standard error is about the work.
enum Terminal {
    static let isInteractive = isatty(STDERR_FILENO) == 1
    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

    /// Columns of the terminal; nil when output goes elsewhere and nothing has to fit.
    static var width: Int? {
        if let forced = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) { return max(20, forced) }
        guard outputIsTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return max(20, Int(size.ws_col))
    }

    /// Prints a line of the answer.
    static func say(_ line: String) { write(Array((line + "\n").utf8), to: STDOUT_FILENO) }

    /// Prints bytes of the answer as they are.
    static func emit(_ bytes: some Sequence<UInt8>) { write(Array(bytes), to: STDOUT_FILENO) }

    /// Prints a line about the work.
    static func note(_ line: String) { write(Array((line + "\n").utf8), to: STDERR_FILENO) }

    /// Prints why the work failed.
    static func fail(_ reason: String) { note("lakehouse: \(reason)") }

    /// Text safe to show: control characters, which could drive the terminal, become a visible stand-in.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": out.append("⏎")
            case "\t": out.append(" ")
            case _ where isControl(scalar): out.append("�")
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                // The reader has gone (a closed pipe): there is nobody left to tell.
                exit(errno == EPIPE ? 0 : 1)
            }
            sent += count
        }
    }
}
