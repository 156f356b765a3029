using Pipeline.Imaging.Isolation;

// A worker starts this program as a decoder process; it loads no host code.
return args switch
{
    [SandboxLauncher.Verb, ..] => SandboxLauncher.Run(args[1..]),
    [DecoderLoop.Verb] => DecoderLoop.Run(),
    _ => NotForPeople(),
};

static int NotForPeople()
{
    Console.Error.WriteLine("Workers start this program to decode images. Start a worker instead.");
    return 64;
}
