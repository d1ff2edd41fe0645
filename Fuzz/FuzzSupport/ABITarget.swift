internal import CABICalls

/// A host that calls the C interface, rightly and wrongly: what it is promised holds, and nothing else happens.
/// (ABI-1 to ABI-6)
public func abiCalls(_ input: [UInt8]) {
    unsafe input.withUnsafeBufferPointer { bytes in
        unsafe abi_calls(bytes.baseAddress, bytes.count)
    }
}
