using Pipeline.Hosting;

namespace Pipeline.Imaging.Isolation;

/// <summary>A decoder fails, and the file is not the cause.</summary>
public sealed class DecoderException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The kernel cannot enforce the sandbox that the settings require.</summary>
public sealed class SandboxMissingException(string message) : StartFaultException(StartExit.Misconfigured, message);
