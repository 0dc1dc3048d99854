/// What is known of the call under way beside who makes it.
public enum CallContext {
    /// The door's name for the request; nil for work that no request asked for.
    @TaskLocal public static var requestID: String?
}
