using Pipeline.Imaging.Isolation;

// The program of the decoder processes that a worker starts; it loads nothing of a host.
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
