import Foundation

/// How much memory there is, and how much this process holds.
enum MachineMemory {
    /// What this process may use: the machine's memory, or less when its control group says so.
    static let bytes: Int = {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        return files.compactMap(number).reduce(machine, min)
    }()

    /// What it holds of it and the system cannot take back: its resident memory without mapped files.
    ///
    /// Read from `/proc`, which costs some microseconds and waits for nothing; elsewhere it is not known.
    static func held() -> Int? {
        let fields = (text("/proc/self/statm") ?? "").split(separator: " ")
        guard fields.count > 2, let resident = Int(fields[1]), let shared = Int(fields[2]) else { return nil }
        return max(0, resident - shared) * pageBytes
    }

    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

    private static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
