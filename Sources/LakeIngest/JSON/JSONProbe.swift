/// Says whether the start of a file is JSON.
enum JSONProbe {
    /// `.json` for an array or one object, `.ndjson` for several objects, nil for anything else.
    ///
    /// The sample has no byte order mark. It is trusted when the file's name says JSON: then its first byte is enough,
    /// so that its faults are told as JSON's.
    static func format(_ sample: [UInt8], isWhole: Bool, isTrusted: Bool) -> FileFormat? {
        guard let first = sample.first(where: { !WhiteSpace.contains($0) }), first == 0x7B || first == 0x5B else {
            return nil
        }
        return sample.withUnsafeBufferPointer { bytes in
            guard let text = bytes.baseAddress else { return nil }
            var cursor = JSONCursor(text, from: 0, to: sample.count, isFinal: isWhole)
            cursor.skipSpace()
            var gauge = JSONGauge()
            do throws(JSONFault) {
                try gauge.value(&cursor)
                cursor.skipSpace()
                let isMore = cursor.place < sample.count
                if first == 0x5B { return isMore && !isTrusted ? nil : .json }
                return isMore ? .ndjson : .json
            } catch {
                // A value that is longer than the sample has been JSON so far.
                if case .incomplete = error { return .json }
                return isTrusted ? .json : nil
            }
        }
    }
}
