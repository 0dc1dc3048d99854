import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the system says of this process, under the names that Prometheus' own libraries use.
enum ProcessStatistics {
    /// Reads them anew.
    ///
    /// Blocks for some file reads; they are of `/proc`, so that elsewhere only some are known.
    static func read() -> [MetricFamily] {
        var families: [MetricFamily] = []
        var usage = rusage()
        if getrusage(thisProcess, &usage) == 0 {
            let seconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
            families.append(
                .single("process_cpu_seconds_total", "CPU time used, in user and system mode.", .counter, seconds)
            )
        }
        if let open = openFiles {
            families.append(.single("process_open_fds", "Open file descriptors.", .gauge, Double(open)))
        }
        var limit = rlimit()
        if getrlimit(numberOfFiles, &limit) == 0 {
            families.append(
                .single("process_max_fds", "The most file descriptors it may have.", .gauge, Double(limit.rlim_cur))
            )
        }
        if let pages = memoryPages {
            let size = Double(sysconf(Int32(_SC_PAGESIZE)))
            families += [
                .single("process_virtual_memory_bytes", "Virtual memory.", .gauge, Double(pages.virtual) * size),
                .single("process_resident_memory_bytes", "Resident memory.", .gauge, Double(pages.resident) * size),
            ]
        }
        if let start = startTime {
            families.append(
                .single("process_start_time_seconds", "When it started, in seconds since 1970.", .gauge, start)
            )
        }
        return families
    }

    #if canImport(Glibc)
    private static let thisProcess = CInt(RUSAGE_SELF.rawValue)
    private static let numberOfFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let thisProcess = RUSAGE_SELF
    private static let numberOfFiles = RLIMIT_NOFILE
    #endif

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static var openFiles: Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private static var memoryPages: (virtual: Int, resident: Int)? {
        let fields = fields("/proc/self/statm")
        guard fields.count > 1, let virtual = Int(fields[0]), let resident = Int(fields[1]) else { return nil }
        return (virtual, resident)
    }

    /// When the machine started and how long after that this process did.
    private static let startTime: Double? = {
        guard let stat = text("/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let boot = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        else { return nil }
        // Behind the name, which may hold spaces, the start is the twentieth.
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]), let bootTime = Double(boot.dropFirst(6)) else {
            return nil
        }
        return bootTime + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func fields(_ path: String) -> [Substring] { (text(path) ?? "").split(separator: " ") }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
