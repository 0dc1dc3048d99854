/// One-byte codes of vectors, and how far a score computed from them can lie from the exact one.
///
/// A row `x` is stored as codes `c` in 1…255 with a `step` such that `x ≈ step · (c − 128)`. What that leaves out, the
/// vector `x − step · (c − 128)`, has a length of at most `error`.
enum CodeKernel {
    /// Stands for 0.
    static let middle: UInt8 = 128
    /// Rows start at multiples of this many bytes in a file of codes; the bytes past the dimensions are not used.
    static let strideUnit = 64

    /// Bytes of a row.
    static func stride(dimensions: Int) -> Int { (dimensions + strideUnit - 1) / strideUnit * strideUnit }

    /// The codes of a vector of length 1, with their step and error.
    static func encode(_ vector: ArraySlice<Float>) -> (codes: [UInt8], step: Float, error: Float) {
        var largest: Float = 0
        for value in vector { largest = max(largest, abs(value)) }
        let step = largest / 127
        var codes = [UInt8](repeating: 0, count: stride(dimensions: vector.count))
        var squares = 0.0
        for (index, value) in vector.enumerated() {
            let code = (Double(value) / Double(step)).rounded().clamped(to: -127...127)
            codes[index] = UInt8(code + Double(middle))
            let rest = Double(value) - Double(step) * code
            squares += rest * rest
        }
        // The sum in double is off by less than one part in a million, and so is the rounding to f32.
        return (codes, step, Float(squares.squareRoot() * (1 + 1e-6)).nextUp)
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}

/// A query made ready to be compared with codes.
///
/// With `t` the query's own whole-number codes, `u` their step and `f` what they leave out, and with `s`, `c'`, `e` the row's
/// step, codes less 128 and remainder, the product is
///
///     q·x = u·s·(t·c') + q·e + f·(x − e)
///
/// and by Cauchy and Schwarz the last two terms are at most `|q|·|e| + |f|·(|x| + |e|)`. ``bound(sum:step:error:)`` adds to that
/// what the f32 kernel may lose by rounding: its result is never below the score that the kernel computes.
struct CodedQuery: Sendable {
    /// In groups of 16: the even positions of the group, then the odd ones; zeros past the dimensions.
    private let codes: [Int16]
    private let stride: Int
    private let step: Double
    private let sumOfCodes: Int
    private let length: Double
    private let fixedMargin: Double
    private let remainder: Double

    /// Codes a query, which is of length 1.
    init(_ query: [Float]) {
        let dimensions = query.count
        stride = CodeKernel.stride(dimensions: dimensions)
        // The largest codes whose sum of products with 255 cannot leave an Int32.
        let most = min(Int(Int16.max), Int(Int32.max) / (255 * dimensions))
        let largest = query.reduce(0) { max($0, abs($1)) }
        let step = Double(largest) / Double(most)
        var codes = [Int16](repeating: 0, count: stride)
        var sum = 0
        var squares = 0.0
        for (index, value) in query.enumerated() {
            let code = (Double(value) / step).rounded()
            sum += Int(code)
            codes[index & ~15 + (index & 1) * 8 + (index & 15) / 2] = Int16(code)
            let rest = Double(value) - step * code
            squares += rest * rest
        }
        self.codes = codes
        self.step = step
        sumOfCodes = sum
        length = UnitLength.length(of: query) * (1 + 1e-9)
        remainder = squares.squareRoot() * (1 + 1e-9)
        let rowLength = 1 + UnitLength.tolerance
        // A sum of n products in f32, in any order, is off by at most n·u/(1 − n·u) times the sum of their sizes
        // (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), which is at most |q|·|x|. The last term is for
        // products below the normal range and for the rounding of the bound itself, which is done in double.
        let unit = Double(dimensions) * 0x1p-24
        fixedMargin = remainder * rowLength + unit / (1 - unit) * length * rowLength + 1e-9
    }

    /// The sum of products of the codes in `row`, a whole stride of bytes, with the query's; exact.
    @inline(__always)
    func sum(_ row: UnsafeRawPointer) -> Int {
        codes.withUnsafeBytes { codes in
            var even = SIMD4<Int32>()
            var odd = SIMD4<Int32>()
            var offset = 0
            while offset < stride {
                // Two codes to a lane, the earlier in the lower byte: widened by a mask and by a shift.
                let pairs = row.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt16>.self)
                let low = SIMD8<Int16>(truncatingIfNeeded: pairs & 0xFF)
                let high = SIMD8<Int16>(truncatingIfNeeded: pairs &>> 8)
                even &+= Self.productPairs(low, codes.loadUnaligned(fromByteOffset: offset &* 2, as: SIMD8<Int16>.self))
                odd &+= Self.productPairs(
                    high,
                    codes.loadUnaligned(fromByteOffset: offset &* 2 &+ 16, as: SIMD8<Int16>.self)
                )
                offset &+= 16
            }
            return Int((even &+ odd).wrappedSum()) &- Int(CodeKernel.middle) &* sumOfCodes
        }
    }

    /// The most that the row's exact score can be.
    @inline(__always)
    func bound(sum: Int, step rowStep: Float, error: Float) -> Double {
        step * Double(rowStep) * Double(sum) + Double(error) * (length + remainder) + fixedMargin
    }

    /// Products in 32 bits, neighbours added: one instruction where the processor has it, if it is written like this.
    @inline(__always)
    private static func productPairs(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>) -> SIMD4<Int32> {
        let products = SIMD8<Int32>(truncatingIfNeeded: a) &* SIMD8<Int32>(truncatingIfNeeded: b)
        return products.evenHalf &+ products.oddHalf
    }
}
