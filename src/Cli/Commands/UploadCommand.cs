using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;
using Pipeline.Cli.Uploads;
using Pipeline.Cli.Uploads.Selection;

namespace Pipeline.Cli.Commands;

static class UploadCommand
{
    private const int MostAtATime = 32;

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var names = new Argument<string[]>("FILE")
        {
            Description = "Photos to upload, folders with --recursive, or - for a list on stdin, one name per line or separated by NUL",
            Arity = ArgumentArity.OneOrMore,
        };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Upload all photos in folders and their subfolders; skips hidden files and files that are not photos" };
        var profile = new Option<string?>("--profile") { Description = "Profile, which defines the variants; default: the server's default", HelpName = "NAME" };
        var concurrency = WholeNumber.Option("--concurrency", "How many files to upload at once", "N", UploadBatch.UsualConcurrency, least: 1, MostAtATime);
        var skipExisting = new Option<bool>("--skip-existing") { Description = "Skip files that the server has already, by SHA-256; ignores deleted, rejected and failed assets" };
        var temporary = new Option<bool>("--temporary") { Description = "The server deletes the photos a day after they are ready, unless POST /api/assets/keep keeps them" };
        var noWait = new Option<bool>("--no-wait") { Description = "Return when the upload is confirmed, before it is processed" };
        var timeout = WaitOption.Create();
        var urls = new Option<bool>("--urls") { Description = "Print the variants of each photo with their URLs" };
        var ids = new Option<bool>("--ids") { Description = "Print only the ids of ready photos, or of confirmed ones with --no-wait" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print problems only" };
        var command = new Command("upload", "Uploads photos and waits until they are ready.")
        {
            names, recursive, skipExisting, profile, temporary, concurrency, noWait, timeout, urls, ids, quiet,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = Output(parsed.GetValue(urls), parsed.GetValue(ids), parsed.GetValue(quiet), parsed.GetValue(global.Json));
            var console = new ConsoleOutput(environment, parsed.GetValue(global.Json), parsed.GetValue(quiet));
            var named = await FileList.ExpandAsync(parsed.GetRequiredValue(names), environment, cancellationToken);
            var selection = FileFinder.Find(named, parsed.GetValue(recursive), cancellationToken);
            ReportSkipped(console, selection.Skipped);
            TimeSpan? wait = parsed.GetValue(noWait) ? null : WaitOption.Read(parsed, timeout);
            var report = new UploadReport(console, output, waited: wait is not null);
            if (selection.Files.Count == 0) return NothingToUpload(console, report, selection);

            using var session = Session.Open(parsed, global, environment, console);
            var existing = parsed.GetValue(skipExisting) ? await ExistingAssets.ListAsync(session.Api, parsed.GetValue(profile), selection.Files, cancellationToken) : null;
            var plan = new UploadPlan(parsed.GetValue(profile), wait, parsed.GetValue(temporary), existing);
            var hashes = new FileHashes();
            var resume = new ResumeFiles(ConfigFile.FolderOf(global.Read(parsed).ConfigPath, environment), session.Server, session.Token, plan, console.Warn);
            using var presigned = new PresignQueue(session.Api, plan, selection.Files, hashes, resume, environment.Time);
            var put = new SignedPut(session.Api, session.Put, environment.Time);
            var parts = new PartUploader(session.Api, session.Put, resume, console.Notice);
            using var confirms = new ConfirmQueue(session.Api);
            var batch = new UploadBatch(new Uploader(hashes, presigned, put, parts, confirms, session.Waiter, plan), parsed.GetValue(concurrency), wait);
            var results = await UploadViews.For(console, environment.Time).ShowAsync(selection.Files, show => batch.RunAsync(selection.Chosen, show, cancellationToken));
            return report.Print(results, selection.Skipped, stopped: cancellationToken.IsCancellationRequested);
        });
        return command;
    }

    private static UploadOutput Output(bool urls, bool ids, bool quiet, bool json)
    {
        if (ids && (urls || json)) throw CliFailure.Usage("--ids cannot be combined with --urls or --json, which print the ids too");
        if (ids) return UploadOutput.Ids;
        if (urls) return UploadOutput.Urls;
        return quiet ? UploadOutput.None : UploadOutput.Lines;
    }

    private static void ReportSkipped(ConsoleOutput console, IReadOnlyList<SkippedFile> skipped)
    {
        if (console.Json) return;
        foreach (var one in skipped) console.Notice($"skipped {one.Path}: {one.Reason}");
    }

    // An empty folder is not an error; a list of names that are all unusable is one.
    private static int NothingToUpload(ConsoleOutput console, UploadReport report, FileSelection selection)
    {
        if (selection.Unusable.Count > 0)
            throw CliFailure.Usage($"{string.Join("; ", selection.Unusable.Select(one => $"{one.Path} {one.Failure!.Message}"))}. Nothing was uploaded");
        console.Notice("there are no files to upload");
        return report.Print([], selection.Skipped, stopped: false);
    }
}
