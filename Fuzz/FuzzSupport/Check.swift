/// What buffers hold before the engine may write to them.
let canary: UInt8 = 0xA5

/// Ends the process: this is what libFuzzer and the replay see of a broken promise.
func violation(_ message: String) -> Never {
    fatalError("violation: \(message)")
}

func check(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { violation(message()) }
}

/// Checks that nobody wrote to the bytes from `start` on.
func checkUntouched(_ buffer: some Collection<UInt8>, _ message: @autoclosure () -> String) {
    check(buffer.allSatisfy { $0 == canary }, message())
}

/// The result or the error of a call, as a value to compare.
func outcome<Success, Failure: Error>(
    _ body: () throws(Failure) -> Success
) -> Result<Success, Failure> {
    do throws(Failure) {
        return .success(try body())
    } catch {
        return .failure(error)
    }
}
