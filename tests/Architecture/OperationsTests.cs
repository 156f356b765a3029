using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>The operator's files must match the code.</summary>
public sealed partial class OperationsTests
{
    [Fact]
    public void The_list_of_queues_names_every_queue()
    {
        var page = new SourceFile("docs/operations.md").Text;

        QueueName().Matches(new SourceFile("src/Contracts/QueueNames.cs").Text).Select(match => match.Groups["name"].Value)
            .Where(queue => !page.Contains($"\n| `{queue}` |", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    /// <summary>The image's entrypoint overrides the number in the file by this variable, and without it freshclam checks once a day.</summary>
    [Fact]
    public void Signatures_are_looked_for_as_often_as_the_file_of_freshclam_says()
    {
        var checks = new SourceFile("deploy/freshclam.conf").Lines.Single(line => line.StartsWith("Checks ", StringComparison.Ordinal))["Checks ".Length..];

        new SourceFile("docker-compose.yml").Text.ShouldContain($"FRESHCLAM_CHECKS: \"{checks}\"");
    }

    [GeneratedRegex("= \"(?<name>[a-z-]+)\";", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex QueueName();
}
