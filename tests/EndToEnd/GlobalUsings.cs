global using System.Net.Http.Headers;
global using System.Net.Http.Json;
global using System.Text;
global using System.Text.Json.Nodes;
global using Pipeline.EndToEnd.Harness;
global using Pipeline.TestKit;

// The services of the tests run on Linux only.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
