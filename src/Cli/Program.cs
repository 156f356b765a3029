using Pipeline.Cli;

using var interrupts = new Interrupts();
var status = await CliApp.RunAsync(args, CliEnvironment.OfThisProcess(), interrupts.Token);
return status == ExitCode.Interrupted ? interrupts.ExitStatus : status;
