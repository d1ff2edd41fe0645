// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// libFuzzer brings its own main. Without the trait each target is a program that replays files.
let driver: [SwiftSetting] =
    strict + [
        .define("LIBFUZZER", .when(traits: ["LibFuzzer"])),
        .unsafeFlags(["-parse-as-library"]),
    ]

func fuzzTarget(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["FuzzSupport"], path: "Fuzzers/\(name)", swiftSettings: driver)
}

let package = Package(
    name: "Fuzz",
    traits: [.trait(name: "LibFuzzer", description: "Link the main of libFuzzer")],
    dependencies: [.package(name: "SecretChat", path: "..")],
    targets: [
        .systemLibrary(
            name: "COracle", path: "COracle", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CABICalls",
            dependencies: [.product(name: "SecretChatABI", package: "SecretChat")],
            path: "CABICalls",
            cSettings: [
                .enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error),
            ]),
        .target(
            name: "FuzzSupport",
            dependencies: [
                "COracle", "CABICalls",
                .product(name: "SecretChatCrypto", package: "SecretChat"),
                .product(name: "SecretChatWire", package: "SecretChat"),
                .product(name: "SecretChatConversation", package: "SecretChat"),
                .product(name: "SecretChat", package: "SecretChat"),
                .product(name: "SecretChatConformance", package: "SecretChat"),
                .product(name: "SecretChatSimulation", package: "SecretChat"),
            ],
            path: "FuzzSupport", swiftSettings: strict),
        fuzzTarget("packet-open"),
        fuzzTarget("file-open"),
        fuzzTarget("tl-decode"),
        fuzzTarget("engine-events"),
        fuzzTarget("records-resume"),
        fuzzTarget("timers"),
        fuzzTarget("rekey-events"),
        fuzzTarget("abi-calls"),
    ],
    swiftLanguageModes: [.v6]
)
