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
    /// The demo, or a part of it, could not be loaded.
    case demoFailed(reason: String)
}

/// Loads the demo beside the server, so that the server answers meanwhile.
struct DemoLoader: Service {
    let lakehouse: Lakehouse
    let scale: DemoScale
    let progress: @Sendable (StartProgress) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                _ = try await lakehouse.loadDemo(scale: scale, for: .local) { progress(.demo($0)) }
                progress(.demoReady)
            } catch let failure as any LakeFailure {
                // A lake without its demo serves all the same.
                progress(.demoFailed(reason: failure.detail))
            } catch {
                progress(.demoFailed(reason: "it was cut off"))
            }
        }
        // A service that ends would end the others.
        try await gracefulShutdown()
    }
}
