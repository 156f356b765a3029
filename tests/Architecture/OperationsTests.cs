using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>What the operator's files say must be what the code does.</summary>
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

    /// <summary>The image's own start overrides the number in the file by this variable, and asks once a day without it.</summary>
    [Fact]
    public void Signatures_are_looked_for_as_often_as_the_file_of_freshclam_says()
    {
        var checks = new SourceFile("deploy/freshclam.conf").Lines.Single(line => line.StartsWith("Checks ", StringComparison.Ordinal))["Checks ".Length..];

        new SourceFile("docker-compose.yml").Text.ShouldContain($"FRESHCLAM_CHECKS: \"{checks}\"");
    }

    [GeneratedRegex("= \"(?<name>[a-z-]+)\";", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex QueueName();
}
