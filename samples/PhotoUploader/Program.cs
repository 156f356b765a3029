using Pipeline.Client;

// Uploads the files that it is given, three at a time, and prints the variants of each.
var server = new Uri(Environment.GetEnvironmentVariable("API") ?? "http://localhost:4000");
var token = Environment.GetEnvironmentVariable("TOKEN") ?? throw new InvalidOperationException("Set TOKEN to the token of a user.");
using var client = new PipelineClient(server, token);

var limits = await client.LimitsAsync();
Console.WriteLine($"files of up to {limits.MaxBytes} bytes: {string.Join(", ", limits.Types.Select(type => type.ContentType))}");

var options = new UploadOptions
{
    // A large upload that is interrupted continues when the program runs again.
    ResumeFolder = Path.Combine(Path.GetTempPath(), "photo-uploader"),
    Progress = progress => Console.Error.WriteLine($"{progress.Path}: {progress.BytesSent} of {progress.BytesTotal} bytes"),
};
var failed = false;
foreach (var file in await client.UploadAllAsync(args, options))
{
    Console.WriteLine(file switch
    {
        { Failure: { } failure } => $"{file.Path}: {failure.Code}: {failure.Message}",
        { Asset: { } asset } => $"{file.Path}: {asset.Status} {asset.Id} {asset.Rejection?.Reason}",
        _ => $"{file.Path}: confirmed {file.Id}",
    });
    foreach (var variant in file.Asset?.Variants ?? []) Console.WriteLine($"  {variant.Name} {variant.Format} {variant.Url}");
    failed |= file.Asset is not { IsReady: true };
}

return failed ? 1 : 0;
