import FuzzSupport

/// What libFuzzer calls for every input.
@c(LLVMFuzzerTestOneInput)
public func fuzzTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    abiCalls(unsafe [UInt8](UnsafeBufferPointer(start: data, count: size)))
    return 0
}

#if !LIBFUZZER
    @main
    struct Replay {
        static func main() {
            replay(CommandLine.arguments.dropFirst(), through: abiCalls)
        }
    }
#endif
