/// Items by their numbers; equal ones stay in their order. All go through one sort of plain numbers, so that the
/// small library holds one.
package func inOrder<Item>(_ items: [Item], by number: (Item) -> Int32) -> [Item] {
    places(of: items.map(number)).map { items[$0] }
}

/// Where the lowest number is, then the next one.
@inline(never)
private func places(of numbers: [Int32]) -> [Int] {
    var keys: [Int64] = []
    keys.reserveCapacity(numbers.count)
    for (place, number) in numbers.enumerated() {
        keys.append(Int64(number) << 32 | Int64(place))
    }
    keys.sort()
    return keys.map { Int($0 & 0xFFFF_FFFF) }
}
