using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>Which names may be used in which folder.</summary>
public sealed partial class RoomTests
{
    private static readonly string[] BusRooms =
    [
        "src/Bus/",
        "src/Assets/Dispatch/Dispatcher.cs", "src/Assets/Outcomes/", "src/Assets/Rescans/RescanDispatcher.cs", "src/Assets/Rescans/RescanEndedConsumer.cs", "src/Assets/AssetsModule.cs",
        "src/Processor/Messaging/", "src/Processor/ProcessorModule.cs", "src/AllInOne/",
    ];

    private static readonly string[] NativeRooms =
    [
        "src/Imaging/Vips/", "src/Imaging/Codecs/", "src/Imaging/Isolation/Kernel/",

        // System calls: .NET can neither sync a folder nor create a hard link.
        "src/Storage/Disk/DiskFolders.cs",

        // .NET cannot set the umask, which decides the modes of the database's own files.
        "src/AllInOne/Embedding/PrivateFiles.cs",
    ];

    [Theory]
    [InlineData("src/Assets/", "Pipeline.UploadApi", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.AllInOne", "Pipeline.Assets.Postgres", "Microsoft.AspNetCore")]
    [InlineData("src/Assets.Postgres/", "Pipeline.UploadApi", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.AllInOne", "Microsoft.AspNetCore")]
    [InlineData("src/UploadApi/", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.AllInOne")]
    [InlineData("src/Imaging/", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.Processor", "Pipeline.AllInOne", "Microsoft.AspNetCore")]
    [InlineData("src/Processor/", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.AllInOne")]
    [InlineData("src/Cli/", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.Contracts")]
    [InlineData("src/Contracts/", "Pipeline.Storage", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.Hosting")]
    [InlineData("src/Storage/", "Pipeline.Contracts", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.Processor", "Pipeline.Imaging")]
    [InlineData("src/Hosting/", "Pipeline.Contracts", "Pipeline.UploadApi", "Pipeline.Assets", "Pipeline.Processor", "Pipeline.Imaging", "Pipeline.Storage")]
    public void A_room_does_not_speak_of_those_it_does_not_know(string room, params string[] others) =>
        Saying(room, code => others.Any(other => code.Contains(other, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Nothing_below_a_root_asks_in_which_mode_it_runs() => Repository.Sources("src/")
        .Where(file => !file.Path.StartsWith("src/AllInOne/", StringComparison.Ordinal) && !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal))
        .Where(file => file.Code.Any(code => Mode().IsMatch(code)))
        .ShouldBeEmpty("a mode is a root, never a flag");

    [Fact]
    public void Only_the_bindings_speak_to_native_code() => Saying("src/", code => NativeCall().IsMatch(code))
        .Where(path => !NativeRooms.Any(room => path.StartsWith(room, StringComparison.Ordinal)))
        .ShouldBeEmpty();

    [Fact]
    public void Only_the_edges_know_the_bus() => Saying("src/", code => code.Contains("MassTransit", StringComparison.Ordinal))
        .Where(path => !BusRooms.Any(room => path.StartsWith(room, StringComparison.Ordinal)))
        .ShouldBeEmpty();

    [Fact]
    public void Only_the_assets_rooms_the_api_and_the_embedded_root_know_the_database() => Saying("src/", code => code.Contains("EntityFrameworkCore", StringComparison.Ordinal))
        .Where(path => !path.StartsWith("src/Assets", StringComparison.Ordinal) && !path.StartsWith("src/UploadApi/", StringComparison.Ordinal) && !path.StartsWith("src/AllInOne/", StringComparison.Ordinal))
        .ShouldBeEmpty("the worker that reads hostile bytes has no database");

    [Fact]
    public void Only_one_command_knows_the_bucket() => Saying(
            "src/Cli/", code => code.Contains("Pipeline.Storage", StringComparison.Ordinal) && !code.Contains("Pipeline.Storage.Costs", StringComparison.Ordinal))
        .ShouldBe(["src/Cli/Commands/CorsCommand.cs"]);

    private static IEnumerable<string> Saying(string room, Func<string, bool> something) =>
        Repository.Sources(room).Where(file => file.Code.Any(something)).Select(file => file.Path);

    [GeneratedRegex(@"AllInOne|\b(Is|Run|Use)?Embedded(Mode)?\b|\bembedded ?mode\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mode();

    [GeneratedRegex(@"\b(LibraryImport|DllImport)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NativeCall();
}
