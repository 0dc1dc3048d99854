import Hummingbird
import LakeCore
import Logging
import NIOCore
import Synchronization

/// What is known of a request beside its own text; filled in on its way through the middleware.
struct LakeRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection it came by.
    let channel: any Channel
    /// Given back as `X-Request-Id` and written into the log.
    var requestID = ""
    /// Who asks; set before a route's handler runs.
    var principal: Principal?
    /// What the line in the log says that only inner middleware learns.
    let notes = RequestNotes()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// What is learnt about a request on its way, for its line in the log.
final class RequestNotes: Sendable {
    private let notes = Mutex((principal: String?.none, errorCode: String?.none))
    private let memory = Mutex<MemoryReservation?>(nil)

    /// Keeps memory until the end of the request.
    func hold(_ reservation: MemoryReservation) { memory.withLock { $0 = reservation } }

    /// Who was found to ask.
    var principal: String? {
        get { notes.withLock { $0.principal } }
        set { notes.withLock { $0.principal = newValue } }
    }

    /// What went wrong, before the answer began or after.
    var errorCode: String? {
        get { notes.withLock { $0.errorCode } }
        set { notes.withLock { $0.errorCode = newValue } }
    }
}
