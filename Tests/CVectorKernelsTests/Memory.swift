import Foundation

/// Memory aligned to 64 bytes, filled with ones (NaN as floats), whose last bytes notice a write past the end.
final class AlignedMemory {
    let start: UnsafeMutableRawPointer
    let count: Int
    private static let fence = 256

    init(_ count: Int) {
        self.count = count
        start = .allocate(byteCount: count + Self.fence, alignment: 64)
        start.initializeMemory(as: UInt8.self, repeating: 0xFF, count: count + Self.fence)
    }

    deinit { start.deallocate() }

    /// Whether nothing was written behind the end.
    var isFenceIntact: Bool {
        UnsafeRawBufferPointer(start: start + count, count: Self.fence).allSatisfy { $0 == 0xFF }
    }
}

/// Floats that end where readable memory ends: one read too far crashes.
final class GuardedFloats {
    let start: UnsafeMutablePointer<Float>
    private let mapping: UnsafeMutableRawPointer
    private let bytes: Int

    init?(_ values: [Float]) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let used = (values.count * MemoryLayout<Float>.stride + page - 1) / page * page
        bytes = used + page
        guard let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED, mprotect(mapping + used, page, PROT_NONE) == 0
        else { return nil }
        self.mapping = mapping
        start = (mapping + used).assumingMemoryBound(to: Float.self) - values.count
        start.initialize(from: values, count: values.count)
    }

    deinit { munmap(mapping, bytes) }
}
