package main

import (
	"fmt"
	"math/rand"
	"reflect"

	corev1 "k8s.io/api/core/v1"
)

func printTemplates() {
	var vectors []vector
	decodeTemplate := func(raw string) any { return decode(raw, func() any { return new(corev1.PodTemplateSpec) }) }
	for _, input := range append(sampleTemplates(), oddTemplates()...) {
		vectors = append(vectors, newVector(input, decodeTemplate(input.raw), true))
	}
	for seed := int64(1); seed <= 80; seed++ {
		s := &sampler{mode: "random", random: rand.New(rand.NewSource(seed))}
		input := named{fmt.Sprintf("random %d", seed), toJSON(s.value(reflect.TypeOf(corev1.PodTemplateSpec{})))}
		vectors = append(vectors, newVector(input, decodeTemplate(input.raw), false))
	}
	printLines(vectors)
}

func sampleTemplates() []named {
	var list []named
	for _, mode := range []string{"full", "hollow", "zero"} {
		s := &sampler{mode: mode}
		list = append(list, named{"every field, " + mode, toJSON(s.value(reflect.TypeOf(corev1.PodTemplateSpec{})))})
	}
	return list
}

// container is a template with one container that has the given members in addition.
func container(members string) string {
	return `{"metadata":{"labels":{"app":"h"}},"spec":{"containers":[{"name":"app",` + members + `}]}}`
}

func pod(members string) string {
	return `{"spec":{"containers":[{"name":"app"}],` + members + `}}`
}

func labels(members string) string {
	return `{"metadata":{"labels":{` + members + `}},"spec":{"containers":[]}}`
}

func oddTemplates() []named {
	return []named{
		{"nothing at all", `{}`},
		{"nulls", `{"metadata":null,"spec":null}`},
		{"containers null", `{"spec":{"containers":null}}`},
		{"containers empty", `{"spec":{"containers":[]}}`},
		{"null as a member of a list of structs", `{"spec":{"containers":[null,{"name":"b"}]}}`},
		{"null as a member of a list of texts", container(`"args":["a",null,"b"]`)},
		{"null as a value in a map", labels(`"a":null,"b":"c"`)},
		{"null as a quantity", container(`"resources":{"limits":{"cpu":null}}`)},
		{"null as the divisor", container(`"env":[{"name":"e","valueFrom":{"resourceFieldRef":{"resource":"cpu","divisor":null}}}]`)},
		{"null as a port", container(`"livenessProbe":{"tcpSocket":{"port":null}}`)},
		{"no port", container(`"livenessProbe":{"tcpSocket":{}}`)},
		{"null as a pointer to a number", pod(`"terminationGracePeriodSeconds":null,"priority":0`)},
		{"text for a number", pod(`"terminationGracePeriodSeconds":"30","priority":5`)},
		{"number for a text", pod(`"hostname":5,"subdomain":"x"`)},
		{"text for a bool", pod(`"hostNetwork":"true","hostPID":true`)},
		{"list for a struct", pod(`"securityContext":[],"hostname":"x"`)},
		{"struct for a list", pod(`"volumes":{},"hostname":"x"`)},
		{"number for a label", labels(`"a":5,"b":"c"`)},
		{"number among texts", container(`"args":["a",5,"b"]`)},
		{"fraction for a number", pod(`"priority":1.5,"hostname":"x"`)},
		{"fraction of zero for a number", pod(`"priority":7.0,"terminationGracePeriodSeconds":3e1`)},
		{"number beyond 32 bits", pod(`"priority":4294967303`)},
		{"number beyond 53 bits", pod(`"terminationGracePeriodSeconds":9007199254740993,"activeDeadlineSeconds":-9223372036854775808`)},
		{"name in the wrong case", `{"Metadata":{"labels":{"a":"b"}},"spec":{"Containers":[{"name":"x"}],"HOSTNAME":"h"}}`},
		{"unknown fields", `{"spec":{"future":{"a":1},"containers":[{"name":"app","future":[1]}]},"status":{},"kind":"PodTemplate"}`},
		{"port as text of digits", container(`"livenessProbe":{"httpGet":{"port":"80"}}`)},
		{"port as empty text", container(`"livenessProbe":{"httpGet":{"port":""}}`)},
		{"port zero", container(`"livenessProbe":{"httpGet":{"port":0}}`)},
		{"port with a fraction of zero", container(`"livenessProbe":{"httpGet":{"port":80.0}}`)},
		{"port with special text", container(`"livenessProbe":{"httpGet":{"port":"<p>"}}`)},
		{"times", `{"metadata":{"creationTimestamp":"2026-08-01T10:20:30.999Z","deletionTimestamp":"2026-03-01T00:30:00+02:00"},"spec":{"containers":[]}}`},
		{"creation time null", `{"metadata":{"creationTimestamp":null},"spec":{"containers":[]}}`},
		{"creation time zero", `{"metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"},"spec":{"containers":[]}}`},
		{"managed fields", `{"metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:b":{},"f:a":{"<":1}},"time":"2026-08-01T10:20:30Z"}]},"spec":{"containers":[]}}`},
		{"keys in the order of bytes", labels(`"b":"1","a":"2","B":"3","é":"4","😀":"5","\ue000":"6","\uffff":"7","a.b":"8","a/b":"9","a-b":"10","":"11","aa":"12"`)},
		{"escapes", labels(`"a":"\u0000\u0001\u001f\u007f\u0080\b\f\n\r\t\"\\/","b":"<>&\u2028\u2029\u2027\u202a","<k>":"'=%"`)},
		{"halves of surrogate pairs", labels(`"a":"x\ud800y","b":"\udc00","c":"\ud83d\ude00","d":"\ud83d"`)},
		{"half a pair in a key", labels(`"a\ud800":"x"`)},
		{"long text", labels(`"a":"` + longText() + `"`)},
		{"keys of objects in JavaScript", labels(`"__proto__":"1","constructor":"2","toString":"3","10":"4","9":"5"`)},
		{"empty names of secrets", pod(`"imagePullSecrets":[{},{"name":""},{"name":"a"}]`)},
		{"quantity as numbers", container(`"resources":{"limits":{"a":1,"b":0.1,"c":1e21,"d":1e-7,"e":123456789012345678,"f":1.5e3,"g":-2}}`)},
		{"quantity with blanks", container(`"resources":{"limits":{"a":" 1 ","b":"\t2Gi\n"}}`)},
		{"empty pointer to a quantity", pod(`"volumes":[{"name":"v","emptyDir":{"sizeLimit":"0"}},{"name":"w","emptyDir":{"sizeLimit":null}}]`)},
		{"overhead", pod(`"overhead":{"cpu":"250m","memory":"120Mi"}`)},
		{"images", images()},
		{"hollow members", pod(hollowMembers)},
		{"pointers to empty text", pod(`"runtimeClassName":"","preemptionPolicy":"","os":{},"resources":{}`)},
	}
}

// images are names whose tag, or its absence, decides about the default pull policy.
func images() string {
	digest := "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	names := []string{
		"app", "app:latest", "app:1", "app:Latest", "reg:5000/app", "reg:5000/app:latest", "reg:5000/app:1", "a/b/c", "a/b/c:latest",
		"app" + digest, "app:latest" + digest, "app:1" + digest, "APP", "APP:latest", "Demo/app", "demo/App:latest", "", "a b", "a b:latest",
		"localhost/x:latest", "a__b:latest", "a___b:latest", "a--b:latest", "-a:latest", "a:", "a:latest:latest", "[::1]:80/x:latest", "a@b",
		"a:-latest", "http://a:latest", "a//b:latest", "example.com/a.b_c-d:latest", "EXAMPLE.com/a:latest",
	}
	list := ""
	for i, name := range names {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(`{"name":"c%d","image":%q}`, i, name)
	}
	return `{"spec":{"containers":[` + list + `]}}`
}

const hollowMembers = `"volumes":[{"name":"a"},{"name":"b","configMap":{}},{"name":"c","secret":{"defaultMode":0}},{"name":"d","hostPath":{"path":"/x"}},
{"name":"e","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},{"downwardAPI":{"items":[{"path":"p","fieldRef":{"fieldPath":"metadata.name"}}]}}]}},
{"name":"f","emptyDir":{"sizeLimit":"0.0001"}},{"name":"g","hostPath":{"path":"/x","type":"Directory"}},{"name":"h","azureDisk":{"diskName":"d"}}],
"initContainers":[{"name":"i","image":"a:latest","imagePullPolicy":"Never","ports":[{"containerPort":1},{"containerPort":2,"protocol":"UDP"}],
"livenessProbe":{"httpGet":{"port":1}},"readinessProbe":{"grpc":{"port":2},"periodSeconds":3},"startupProbe":{},"lifecycle":{"preStop":{"httpGet":{"port":"x"}}},
"resources":{"limits":{"cpu":"0.0001","memory":"1n"},"requests":{"cpu":"1.0001"}}}],"overhead":{"cpu":"1u"},"hostNetwork":true,
"dnsPolicy":"","restartPolicy":"Never","terminationGracePeriodSeconds":0,"resources":{"limits":{"cpu":"1n"}}`

func longText() string {
	text := make([]byte, 0, 4096)
	for i := 0; i < 400; i++ {
		text = append(text, fmt.Sprintf("%d ", i)...)
	}
	return string(text)
}
