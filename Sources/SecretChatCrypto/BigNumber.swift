internal import COpenSSL

/// A number of libcrypto, cleared when its owner goes.
///
/// Every operation that can run out of memory throws `SecretMemoryError.exhausted`; nothing else
/// can go wrong with the arguments that this module passes.
@safe
struct BigNumber: ~Copyable {
    fileprivate let raw: OpaquePointer

    /// Zero.
    init() throws(SecretMemoryError) {
        guard let number = unsafe BN_new() else { throw .exhausted }
        unsafe raw = number
    }

    /// The big-endian number in `byteCount` bytes at `bytes`.
    init(bigEndian bytes: UnsafeRawPointer, byteCount: Int) throws(SecretMemoryError) {
        let bytes = unsafe bytes.assumingMemoryBound(to: UInt8.self)
        guard let number = unsafe BN_bin2bn(bytes, Int32(byteCount), nil) else { throw .exhausted }
        unsafe raw = number
    }

    /// The big-endian number in public bytes.
    init(_ bytes: [UInt8]) throws(SecretMemoryError) {
        let number = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe BN_bin2bn(buffer.baseAddress, Int32(buffer.count), nil)
        }
        guard let number = unsafe number else { throw .exhausted }
        unsafe raw = number
    }

    /// A small number.
    init(word: UInt) throws(SecretMemoryError) {
        guard let number = unsafe BN_new() else { throw .exhausted }
        guard unsafe BN_set_word(number, word) == 1 else {
            unsafe BN_free(number)
            throw .exhausted
        }
        unsafe raw = number
    }

    deinit {
        unsafe BN_clear_free(raw)
    }

    var bitCount: Int { Int(unsafe BN_num_bits(raw)) }
    var isOdd: Bool { unsafe BN_is_odd(raw) == 1 }
    var isOne: Bool { unsafe BN_is_one(raw) == 1 }

    func isEqual(to other: borrowing BigNumber) -> Bool {
        unsafe BN_cmp(raw, other.raw) == 0
    }

    /// The remainder of a division by a small number that is not zero.
    func remainder(dividingBy divisor: UInt) -> UInt {
        unsafe BN_mod_word(raw, divisor)
    }

    /// Halves the number `count` times, rounding down.
    mutating func shiftRight(by count: Int) throws(SecretMemoryError) {
        guard unsafe BN_rshift(raw, raw, Int32(count)) == 1 else { throw .exhausted }
    }

    mutating func subtract(word: UInt) throws(SecretMemoryError) {
        guard unsafe BN_sub_word(raw, word) == 1 else { throw .exhausted }
    }

    /// The number minus a small one, as a new number.
    func less(_ word: UInt) throws(SecretMemoryError) -> BigNumber {
        var result = try BigNumber()
        guard unsafe BN_copy(result.raw, raw) != nil else { throw .exhausted }
        try result.subtract(word: word)
        return result
    }

    mutating func add(word: UInt) throws(SecretMemoryError) {
        guard unsafe BN_add_word(raw, word) == 1 else { throw .exhausted }
    }

    /// The remainder of a division by `modulus`, in place.
    mutating func reduce(
        modulo modulus: borrowing BigNumber, with arithmetic: borrowing Modulus
    ) throws(SecretMemoryError) {
        guard unsafe BN_nnmod(raw, raw, modulus.raw, arithmetic.context) == 1 else {
            throw .exhausted
        }
    }

    /// The highest power of two that divides the number is 2 to this.
    var trailingZeroBitCount: Int {
        var count = 0
        while count < bitCount, unsafe BN_is_bit_set(raw, Int32(count)) == 0 { count += 1 }
        return count
    }

    /// Writes the number big-endian, with zeros on the left up to `byteCount` bytes, in time that
    /// depends on `byteCount` alone.
    func write(bigEndian output: UnsafeMutableRawPointer, byteCount: Int) {
        let bytes = unsafe output.assumingMemoryBound(to: UInt8.self)
        let written = unsafe BN_bn2binpad(raw, bytes, Int32(byteCount))
        precondition(written == Int32(byteCount), "the number has more than \(byteCount) bytes")
    }
}

/// Arithmetic modulo an odd number, with what can be computed in advance.
@safe
struct Modulus: ~Copyable {
    let value: BigNumber
    fileprivate let context: OpaquePointer
    private let montgomery: OpaquePointer

    /// `value` must be odd.
    init(_ value: consuming BigNumber) throws(SecretMemoryError) {
        guard let context = unsafe BN_CTX_new() else { throw .exhausted }
        guard let montgomery = unsafe BN_MONT_CTX_new() else {
            unsafe BN_CTX_free(context)
            throw .exhausted
        }
        guard unsafe BN_MONT_CTX_set(montgomery, value.raw, context) == 1 else {
            unsafe BN_MONT_CTX_free(montgomery)
            unsafe BN_CTX_free(context)
            throw .exhausted
        }
        self.value = value
        unsafe self.context = context
        unsafe self.montgomery = montgomery
    }

    deinit {
        unsafe BN_MONT_CTX_free(montgomery)
        unsafe BN_CTX_free(context)
    }

    /// base ^ exponent, in time that does not depend on the exponent. (KEX-3)
    func power(
        _ base: borrowing BigNumber, secretExponent exponent: borrowing BigNumber
    ) throws(SecretMemoryError) -> BigNumber {
        let result = try BigNumber()
        unsafe BN_set_flags(exponent.raw, BN_FLG_CONSTTIME)
        guard
            unsafe BN_mod_exp_mont_consttime(
                result.raw, base.raw, exponent.raw, value.raw, context, montgomery) == 1
        else { throw .exhausted }
        return result
    }

    /// base ^ exponent for public numbers.
    func power(
        _ base: borrowing BigNumber, publicExponent exponent: borrowing BigNumber
    ) throws(SecretMemoryError) -> BigNumber {
        let result = try BigNumber()
        guard
            unsafe BN_mod_exp_mont(
                result.raw, base.raw, exponent.raw, value.raw, context, montgomery) == 1
        else { throw .exhausted }
        return result
    }

    /// 2 ^ exponent for a public exponent.
    func powerOfTwo(
        publicExponent exponent: borrowing BigNumber
    ) throws(SecretMemoryError) -> BigNumber {
        let result = try BigNumber()
        guard
            unsafe BN_mod_exp_mont_word(
                result.raw, 2, exponent.raw, value.raw, context, montgomery) == 1
        else { throw .exhausted }
        return result
    }

    /// number ^ 2.
    func square(_ number: borrowing BigNumber) throws(SecretMemoryError) -> BigNumber {
        let result = try BigNumber()
        guard unsafe BN_mod_sqr(result.raw, number.raw, value.raw, context) == 1 else {
            throw .exhausted
        }
        return result
    }
}
