import LakeCore
public import LakeEngine
import ServiceLifecycle

/// What is worth telling while a server starts.
public enum StartProgress: Sendable {
    /// It answers at this URL.
    case listening(url: String)
    /// A demo dataset is coming along.
    case demo(DemoProgress)
    /// The demo's datasets are all there.
    case demoReady
}

/// Loads the demo beside the server, so that the server answers meanwhile.
struct DemoLoader: Service {
    let lakehouse: Lakehouse
    let scale: DemoScale
    let progress: @Sendable (StartProgress) -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            _ = try await lakehouse.loadDemo(scale: scale, for: .local) { progress(.demo($0)) }
            progress(.demoReady)
        }
        // A service that ends would end the others.
        try await gracefulShutdown()
    }
}
