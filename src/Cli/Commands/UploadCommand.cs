using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Uploads;

namespace Pipeline.Cli.Commands;

static class UploadCommand
{
    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var files = new Argument<string[]>("FILE") { Description = "Photos to upload", Arity = ArgumentArity.OneOrMore };
        var profile = new Option<string?>("--profile") { Description = "Profile that names the variants; else the server's default", HelpName = "NAME" };
        var noWait = new Option<bool>("--no-wait") { Description = "Stop after the upload is confirmed" };
        var timeout = WaitOption.Create();
        var command = new Command("upload", "Uploads photos, three at a time, and waits until they are ready.") { files, profile, noWait, timeout };
        command.SetAction(async (parsed, stop) =>
        {
            var found = LocalFile.LookAt(parsed.GetRequiredValue(files));
            using var session = Session.Open(parsed, global, around);
            var plan = new UploadPlan(parsed.GetValue(profile), parsed.GetValue(noWait) ? null : WaitOption.Read(parsed, timeout));
            var uploader = new Uploader(session.Api, session.Put, session.Waiter, plan);
            var results = await UploadViews.For(session.Screen)
                .ShowAsync(found, show => UploadBatch.RunAsync(uploader, found, show, stop));
            return UploadReport.Print(session.Screen, results, waited: plan.Wait is not null);
        });
        return command;
    }
}
