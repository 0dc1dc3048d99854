import Logging

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How many files and connections the system lets this process have open.
enum OpenFileLimit {
    /// Kept for files, the log and the engines.
    private static let reserve = 256

    /// Raises the soft limit to the hard one, and lowers the number of connections to what that leaves.
    static func fit(_ settings: ServerSettings, _ logger: Logger) -> ServerSettings {
        guard let limit = raise() else { return settings }
        let room = connections(within: limit)
        guard room < settings.connectionsMax else { return settings }
        var settings = settings
        settings.connectionsMax = room
        let metadata: Logger.Metadata = [
            "limit.files": .stringConvertible(limit), "limit.connections": .stringConvertible(room),
        ]
        logger.notice("Fewer connections than configured: the system allows too few open files", metadata: metadata)
        return settings
    }

    /// The connections that a limit of open files leaves room for.
    static func connections(within limit: Int) -> Int { max(1, limit > 2 * reserve ? limit - reserve : limit / 2) }

    /// Raises the soft limit; nil when the system says none.
    private static func raise() -> Int? {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return nil }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if setrlimit(files, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    #if canImport(Glibc)
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let files = RLIMIT_NOFILE
    #endif
}
