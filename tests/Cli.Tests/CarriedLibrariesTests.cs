using System.Text.Json.Nodes;

namespace Pipeline.Cli.Tests;

public sealed class CarriedLibrariesTests
{
    /// <summary>The command line starts faster and is smaller without what only servers need.</summary>
    [Fact]
    public void The_command_line_carries_no_library_that_only_servers_need()
    {
        var libraries = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "pipeline.deps.json")))!["libraries"]!.AsObject().Select(library => library.Key).ToList();

        libraries.ShouldContain(name => name.StartsWith("AWSSDK.S3/", StringComparison.Ordinal), "the list is the right one");
        string[] servers = ["OpenTelemetry", "Sentry", "Google.Protobuf", "Grpc", "MassTransit", "Microsoft.EntityFrameworkCore", "Quartz", "Pipeline.Telemetry"];
        libraries.Where(name => servers.Any(server => name.StartsWith(server, StringComparison.Ordinal))).ShouldBeEmpty();
    }
}
