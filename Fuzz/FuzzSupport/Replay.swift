internal import Glibc

/// Runs a target over files, and over all files of folders, and prints how many there were.
///
/// A violation ends the process with a trap after the name of the file was printed; no file at all
/// is an error too, because it means that the corpus was not found.
public func replay(_ paths: ArraySlice<String>, through target: ([UInt8]) -> Void) {
    var count = 0
    for path in paths {
        for file in files(at: path) {
            guard let bytes = contents(of: file) else {
                print("cannot read \(file)")
                exit(2)
            }
            print("  \(file)")
            target(bytes)
            count += 1
        }
    }
    print("replayed \(count) inputs")
    exit(count > 0 ? 0 : 1)
}

/// The file itself, or the files of a folder in order of their names; hidden ones are left out.
private func files(at path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [path] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                unsafe String(cString: $0)
            }
        }
        if !name.hasPrefix(".") { names.append(path + "/" + name) }
    }
    return names.sorted()
}

private func contents(of path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "rb") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe fread(&block, 1, block.count, file)
        bytes += block.prefix(count)
        if count < block.count { return unsafe ferror(file) == 0 ? bytes : nil }
    }
}
